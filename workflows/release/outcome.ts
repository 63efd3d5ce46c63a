import type { ReleaseOutcome } from '../../core/release.ts';

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
