import { isGrpcServiceError } from '@temporalio/client';

/** The statuses of gRPC that Longhaul tells apart. */
export const grpcCodes = {
  cancelled: 1,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  failedPrecondition: 9,
  unimplemented: 12,
} as const;

/** Status of a failed call to Temporal; undefined for every other error. */
export function grpcCode(error: unknown): number | undefined {
  return isGrpcServiceError(error) ? error.code : undefined;
}
