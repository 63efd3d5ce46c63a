/** Workflows that stand for Longhaul's own where only the client is under test: same names, same messages. */
import { condition, proxyActivities, setHandler, sleep, workflowInfo } from '@temporalio/workflow';
import type { ReleaseInput, ReleaseRecord } from '../../core/release.ts';
import type { StepProgress } from '../../core/step.ts';
import { releaseStatus, releaseUpdate } from '../../workflows/messages.ts';
import { exampleRecord } from './example-record.ts';

const { train } = proxyActivities<{ train(): Promise<void> }>({ startToCloseTimeout: '1m' });

/** Waits for an approval of its evidence, and ends as released. */
export async function release(input: ReleaseInput): Promise<ReleaseRecord> {
  const { workflowId: id, runId } = workflowInfo();
  let record: ReleaseRecord = { ...exampleRecord, ...input, id, runId, phase: 'waitingForApproval' };
  setHandler(releaseStatus, () => record);
  setHandler(releaseUpdate('approve'), ({ by, evidence }) => {
    if (evidence !== record.evidence?.digest) return { accepted: false, message: 'other evidence' };
    record = { ...record, outcome: { kind: 'released' }, phase: 'ended' };
    return { accepted: true, message: `approved by ${by}` };
  });
  await condition(() => record.outcome !== undefined);
  return record;
}

export type Trained = Pick<StepProgress, 'epoch' | 'epochs'>;

/** Runs one long activity, as a training does. */
export async function training(): Promise<void> {
  await Promise.race([train(), sleep('1m')]);
}
