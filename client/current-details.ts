import type { Client } from '@temporalio/client';
import { grpcCode, grpcCodes } from './grpc-code.ts';

/** What an open workflow says of itself in the Temporal UI (Markdown); undefined when no worker answers in time. */
export async function currentDetails(client: Client, id: string): Promise<string | undefined> {
  try {
    const metadata = await client.withDeadline(Date.now() + 3_000, () =>
      client.workflow
        .getHandle(id)
        .query<{ readonly currentDetails?: string }>('__temporal_workflow_metadata'),
    );
    return metadata.currentDetails;
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
