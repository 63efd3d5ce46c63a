import { randomBytes } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { releaseId, rollbackId, taskQueues } from '../../../../core/ids.ts';
import type { ReleaseRecord } from '../../../../core/release.ts';
import type * as workflows from '../../../../workflows/index.ts';
import { releaseStatus } from '../../../../workflows/messages.ts';
import type { ReleaseMessage } from '../../../../workflows/messages.ts';
import { eventually, Hopeless } from '../../../e2e/support/eventually.ts';
import { releaseInput } from '../../../workflow/harness.ts';

/** A release that goes on. */
export interface RunningRelease {
  readonly id: string;
  status(): Promise<ReleaseRecord>;
  say(message: ReleaseMessage, comment?: string): Promise<void>;
  /** The first record of which `holds` is true. @throws Error when the release ends before */
  when(what: string, holds: (record: ReleaseRecord) => boolean): Promise<ReleaseRecord>;
  ended(): Promise<ReleaseRecord>;
}

export async function startRelease(client: Client, model: string): Promise<RunningRelease> {
  const commit = randomBytes(20).toString('hex');
  const id = releaseId(model, commit, 1);
  const handle = await client.workflow.start<typeof workflows.release>('release', {
    workflowId: id,
    taskQueue: taskQueues.orchestration,
    args: [{ ...releaseInput, commit }],
  });
  const status = (): Promise<ReleaseRecord> => handle.query(releaseStatus);
  return {
    id,
    status,
    say: (message, comment = '') => handle.signal(message, { by: 'ann', comment }),
    when: (what, holds) =>
      eventually(
        `${id}: ${what}`,
        async () => {
          const record = await status();
          if (holds(record)) return record;
          if (record.phase === 'ended') throw new Hopeless(`${id} ended before ${what}: ${inWords(record)}`);
          return null;
        },
        20,
      ),
    ended: () => handle.result(),
  };
}

/** Undoes a release that has ended. */
export const rollBack = (client: Client, release: string): Promise<ReleaseRecord> =>
  client.workflow.execute<typeof workflows.rollback>('rollback', {
    workflowId: rollbackId(release),
    taskQueue: taskQueues.orchestration,
    args: [{ release, by: 'ann', reason: 'a wish of hers' }],
  });

const inWords = ({ outcome, gates, compensations }: ReleaseRecord): string =>
  JSON.stringify({ outcome, gates, compensations }, null, 1);
