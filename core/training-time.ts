/** How long a training takes, from how far it is. */
import { formatDuration } from './time.ts';

/** What was seen of an attempt's epochs; times in milliseconds since the epoch. */
export interface SeenEpochs {
  readonly epochs: number;
  /** Epoch that the attempt went on from; 0 when it started afresh. */
  readonly from: number;
  readonly begunAt: number;
  readonly first: { readonly epoch: number; readonly at: number };
  readonly last: { readonly epoch: number; readonly at: number };
}

export interface Projection {
  readonly msPerEpoch: number;
  /** All epochs, from the first on. */
  readonly wholeMs: number;
}

/**
 * Of the epochs between the first and the last that were told; of a single one, all the time since the beginning,
 * which holds more than the epoch. Null when no epoch was told.
 */
export function projectTraining({ epochs, from, begunAt, first, last }: SeenEpochs): Projection | null {
  const between = last.epoch - first.epoch;
  const [ms, done] = between > 0 ? [last.at - first.at, between] : [last.at - begunAt, last.epoch - from];
  if (done <= 0 || ms < 0) return null;
  const msPerEpoch = ms / done;
  return { msPerEpoch, wholeMs: msPerEpoch * epochs };
}

/**
 * Why a training that was out of time did not end, and how to go on: at which epoch it was, how long one takes, what
 * the whole takes, and a limit that is enough for what is left after the checkpoint, with a quarter to spare.
 */
export function outOfTimeReason(given: {
  readonly limitMs: number;
  readonly seen: SeenEpochs | null;
  /** Epoch of the newest checkpoint; 0 when there is none. */
  readonly checkpoint: number;
  /** Of a release, whose training can be started again with a limit. */
  readonly inRelease: boolean;
}): string {
  const { limitMs, seen, checkpoint, inRelease } = given;
  const over = `took longer than ${formatDuration(limitMs)}`;
  if (seen === null) return over;
  const { epochs, last } = seen;
  const projection = projectTraining(seen);
  const at = `${over}, at epoch ${last.epoch} of ${epochs}`;
  if (projection === null) return at;
  const { msPerEpoch, wholeMs } = projection;
  const pace = `an epoch takes ${formatDuration(msPerEpoch)}, all of them ${formatDuration(wholeMs)}`;
  const enough = roundUp(msPerEpoch * (epochs - checkpoint) * 1.25);
  const goOn =
    checkpoint > 0
      ? `to go on from the checkpoint of epoch ${checkpoint}`
      : 'it left no checkpoint: to begin anew with enough time';
  const how = inRelease
    ? `longhaul release start --train-timeout ${enough}`
    : checkpoint > 0
      ? 'longhaul ci retry'
      : `\`timeout: ${enough}\` in longhaul.yaml`;
  return `${at}: ${pace}; ${goOn}: ${how}, or \`onTimeout: {extend: ${enough}}\` in longhaul.yaml`;
}

const minute = 60_000;

/** A limit as the file has it: whole minutes, from two hours on whole hours. */
function roundUp(ms: number): string {
  const minutes = Math.max(1, Math.ceil(ms / minute));
  return minutes < 120 ? `${minutes}m` : `${Math.ceil(minutes / 60)}h`;
}
