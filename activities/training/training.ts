import { stat } from 'node:fs/promises';
import { Context } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import type { StepOutcome, TrainingAttempt } from '../../core/step.ts';
import type { Attempt } from '../steps/attempt.ts';
import { createCheckpoints } from '../steps/checkpoints.ts';
import type { Checkpoints, PlacedCheckpoint, Placing } from '../steps/checkpoints.ts';
import type { Progress } from '../steps/progress.ts';
import { ownBasis } from '../steps/strangers-code.ts';
import { checkpointBasis } from './checkpoint-basis.ts';
import { checkpointOfVersion01 } from './checkpoint-of-version-0-1.ts';
import { openLedger } from './ledger.ts';
import { isTraining, mayHaveCheckpoints, tellThatItLeavesCheckpoints } from './which-steps-train.ts';

/** What one attempt of a training keeps beyond its own life: checkpoints, and the ledger of all attempts. */
export interface Training {
  /** Epoch of the checkpoint that the attempt goes on from; 0 when it starts afresh. */
  readonly resumedFrom: number;
  /** Which checkpoint it goes on from, and which it does not, for people. */
  readonly notes: readonly string[];
  readonly keep: Checkpoints['keep'];
  /** An epoch was told. */
  readonly epoch: (progress: Progress) => void;
  /** Devices that the attempt has. */
  readonly gpus: (count: number) => void;
  /** Epoch of the newest checkpoint; 0 when there is none. */
  readonly checkpoint: () => number;
  /** Ends the attempt in the ledger, which the outcome of a training then has. */
  readonly end: (outcome: StepOutcome) => Promise<StepOutcome>;
  /** Ends an attempt that has no outcome. */
  readonly breakOff: (error: unknown) => Promise<void>;
}

/**
 * Puts the newest checkpoint where the commands look for it, and begins the ledger of what is known to be a training.
 * Of any other step nothing more is asked than whether it has ever left a checkpoint.
 */
export async function openTraining(attempt: Attempt): Promise<Training> {
  const { deps, input, folders, log, number, startedAt, memory, redactor } = attempt;
  const { store, workspace } = deps;
  const checkpoints = createCheckpoints(store, {
    run: input.run,
    basis: async () => ownBasis(await checkpointBasis(workspace, input), input.run),
    attempt: number,
    rungs: memory.rungs,
    madeBefore: () => checkpointOfVersion01(store, input),
  });
  const ledger = openLedger({
    ...{ store, input, number, startedAt, settings: memory.env, rungs: memory.rungs },
    ...(deps.heartbeatMs === undefined ? {} : { everyMs: 2 * deps.heartbeatMs }),
  });
  const looks = await mayHaveCheckpoints(store, input, number);
  const placing = looks
    ? await checkpoints.place(folders.checkpoints, Context.current().cancelled)
    : noCheckpoints;
  const resumedFrom = placing.placed?.epoch ?? 0;
  let newest = resumedFrom;
  let reached = resumedFrom;
  let leaves = false;
  ledger.note({ fromEpoch: newest, toEpoch: newest });
  if (placing.placed !== null || isTraining(input.step)) ledger.begin();
  const notes = saidOf(placing);
  for (const note of notes) await log.say(`# ${note}`);

  return {
    resumedFrom,
    notes,
    async keep(file, epoch) {
      const madeAt = (await stat(file)).mtimeMs;
      if (!leaves) await tellThatItLeavesCheckpoints(store, input);
      leaves = true;
      await checkpoints.keep(file, epoch);
      if (epoch > newest) ledger.checkpoint(epoch, madeAt);
      newest = Math.max(newest, epoch);
    },
    epoch({ epoch }) {
      reached = Math.max(reached, epoch);
      ledger.note({ toEpoch: epoch });
      ledger.begin();
    },
    gpus(count) {
      ledger.note({ gpus: count });
    },
    checkpoint: () => newest,
    async end(outcome) {
      const ended = endedBy(outcome);
      if (ended === 'passed' && (looks || leaves)) await checkpoints.drop();
      if (ended === 'code' && !isOfTheMachine(outcome)) await checkpoints.failedAt(reached);
      const closed = await ledger.close(ended, 'reason' in outcome ? outcome.reason : undefined);
      if (closed === null || !('seconds' in outcome)) return outcome;
      const facts = outcome.training ?? {
        epoch: newest,
        epochs: 0,
        resumedFrom: newest,
        attempt: number,
        metrics: {},
      };
      return { ...outcome, training: { ...facts, ledger: closed } };
    },
    async breakOff(error) {
      const isCancelled = error instanceof CancelledFailure;
      const lost = isCancelled && error.message === 'WORKER_SHUTDOWN';
      const reason = lost
        ? 'its worker was shut down'
        : redactor.text(error instanceof Error ? error.message : String(error));
      await ledger.close(lost ? 'preemption' : isCancelled ? 'cancelled' : 'infrastructure', reason);
    },
  };
}

const noCheckpoints: Placing = { placed: null, leftOut: [] };

function saidOf({ placed, leftOut }: Placing): readonly string[] {
  const epochs = leftOut.join(', ');
  return [
    ...(epochs === '' ? [] : [`leaves out what was kept of epoch ${epochs}: two attempts failed from there`]),
    ...(placed === null ? [] : [`goes on from ${named(placed)}`]),
  ];
}

function named({ epoch, madeBy, rungs }: PlacedCheckpoint): string {
  const by = madeBy === undefined ? '' : ` of ${madeBy}`;
  const made = rungs.length === 0 ? '' : `, made with ${rungs.join(', ')}`;
  return `the checkpoint of epoch ${epoch}${by}${made}`;
}

/** No command ran: what was trained before is not to blame. */
const isOfTheMachine = (outcome: StepOutcome): boolean =>
  outcome.status === 'failed' && outcome.failure?.id.startsWith('gpu-') === true;

function endedBy(outcome: StepOutcome): TrainingAttempt['ended'] {
  switch (outcome.status) {
    case 'passed':
    case 'cancelled':
      return outcome.status;
    case 'skipped':
      return 'cancelled';
    case 'timedOut':
      return 'timeout';
    case 'failed':
      return outcome.failure?.kind ?? 'code';
  }
}
