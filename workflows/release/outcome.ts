import { isCancellation, TemporalFailure } from '@temporalio/workflow';
import type { ReleaseOutcome } from '../../core/release.ts';
import { failureReason } from '../failure-reason.ts';
import type { Controls } from './controls.ts';

/** Ends the way of a release from wherever it is; caught once, in release.ts, never by Temporal. */
export class ReleaseStopped extends Error {
  override readonly name = 'ReleaseStopped';
  readonly outcome: ReleaseOutcome;

  constructor(outcome: ReleaseOutcome) {
    super('reason' in outcome ? outcome.reason : outcome.kind);
    this.outcome = outcome;
  }
}

export const fail = (reason: string): ReleaseStopped => new ReleaseStopped({ kind: 'failed', reason });

/** Programming errors are rethrown: they fail the workflow task, which a fixed worker then takes up again. */
export function outcomeOf(error: unknown, controls: Controls, touched: boolean): ReleaseOutcome {
  if (!(error instanceof ReleaseStopped) && !(error instanceof TemporalFailure)) throw error;
  if (error instanceof ReleaseStopped && error.outcome.kind !== 'failed') return error.outcome;
  if (!touched && controls.makesWayFor !== undefined) {
    return { kind: 'superseded', by: controls.makesWayFor };
  }
  return { kind: touched ? 'rolledBack' : 'failed', reason: reasonOf(error, controls) };
}

function reasonOf(error: unknown, { abortion, makesWayFor }: Controls): string {
  if (abortion !== undefined)
    return `aborted by ${abortion.by}${abortion.reason === '' ? '' : `: ${abortion.reason}`}`;
  if (makesWayFor !== undefined) return `made way for the hotfix ${makesWayFor}`;
  if (isCancellation(error)) return 'cancelled in Temporal';
  return failureReason(error);
}
