import type { Client } from '@temporalio/client';
import type { QueryDefinition } from '@temporalio/common';
import { grpcCode, grpcCodes } from './grpc-code.ts';

/** What an open workflow answers to a query; undefined when no worker answers in time. */
export async function askOpen<T>(
  client: Client,
  id: string,
  query: QueryDefinition<T>,
): Promise<T | undefined> {
  try {
    return await client.withDeadline(Date.now() + 3_000, () => client.workflow.getHandle(id).query(query));
  } catch (error) {
    if (isSilence(error)) return undefined;
    throw error;
  }
}

/** Nobody answered: no worker polls, or the workflow closed meanwhile. Anything else is a fault to be told. */
export function isSilence(error: unknown): boolean {
  const codes = [grpcCode(error), grpcCode(error instanceof Error ? error.cause : undefined)];
  return codes.some((code) => code !== undefined && silentCodes.has(code));
}

const silentCodes: ReadonlySet<number> = new Set([
  grpcCodes.cancelled,
  grpcCodes.deadlineExceeded,
  grpcCodes.notFound,
  grpcCodes.failedPrecondition,
]);
