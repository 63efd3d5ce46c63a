import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';
import type { CompensationResult } from '../../core/release.ts';
import type { RestoreReport } from '../../core/serving.ts';
import { failureReason } from '../failure-reason.ts';
import type { Ledger } from './ledger.ts';

interface Compensation {
  readonly name: string;
  readonly undo: () => Promise<RestoreReport>;
}

/**
 * What it takes to undo a release so far. A compensation is planned before its step, so that a step whose answer
 * was lost is undone as well; each says what shall be, reads it back, and may run twice.
 */
export class Compensations {
  readonly #planned: Compensation[] = [];
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  plan(name: string, undo: () => Promise<RestoreReport>): void {
    this.#planned.push({ name, undo });
  }

  /** Undoes all of it in reverse, whatever is cancelled meanwhile; one that fails leaves residue, not a stop. */
  async run(): Promise<void> {
    await CancellationScope.nonCancellable(async () => {
      for (const compensation of this.#planned.reverse()) {
        const result = await attempt(compensation);
        this.#ledger.note({
          compensations: [...this.#ledger.record.compensations, result],
          residue: [...this.#ledger.record.residue, ...result.residue],
        });
        await this.#ledger.save();
      }
    });
  }
}

/** How often an undo that could not be verified is tried, and the pause between: a champion may be slow to start. */
const tries = 4;
const pause = '30s';

async function attempt(compensation: Compensation): Promise<CompensationResult> {
  let result = await attemptOnce(compensation);
  for (let tried = 1; !result.verified && tried < tries; tried += 1) {
    await sleep(pause);
    result = await attemptOnce(compensation);
  }
  return result;
}

async function attemptOnce({ name, undo }: Compensation): Promise<CompensationResult> {
  try {
    return { name, ...(await undo()) };
  } catch (error) {
    if (isCancellation(error)) throw error;
    const detail = failureReason(error);
    return { name, verified: false, detail, residue: [`${name}: ${detail}`] };
  }
}
