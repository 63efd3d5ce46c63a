/**
 * Whole counts of events from raw samples of counters. Prometheus' `increase()` extrapolates to the edges of its
 * window and so gives fractions; a test on counts needs what was counted.
 */
import { LonghaulError } from './errors.ts';

/** One sample of a counter: Unix time in seconds, and the value. */
export type Sample = readonly [seconds: number, value: number];

/** One counter of one replica, samples in the order of time. */
export type Series = readonly Sample[];

/** The window (from, to], Unix seconds. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/**
 * What all series together counted in the window.
 *
 * Each growth is booked at the sample that shows it, so neighbouring windows add up exactly. A value that fell is
 * a restarted process: it counted from zero. A series whose first sample is in the window was born in it and
 * counted from zero too, so `series` has to reach back before `from` by more than a scrape may be missed
 * (five minutes are ample). A series that vanished keeps what it counted.
 *
 * @throws LonghaulError Rejected for a sample that no counter can have
 */
export const increase = (series: readonly Series[], window: Window): number =>
  series.reduce((sum, samples) => sum + increaseOfOne(samples, window), 0);

function increaseOfOne(samples: Series, window: Window): number {
  let counted = 0;
  let before = 0;
  let beforeSeconds = -Infinity;
  for (const [seconds, value] of samples) {
    checkSample(seconds, value, beforeSeconds);
    if (isIn(window, seconds)) counted += value >= before ? value - before : value;
    before = value;
    beforeSeconds = seconds;
  }
  return counted;
}

function checkSample(seconds: number, value: number, beforeSeconds: number): void {
  if (!Number.isFinite(value) || value < 0) {
    throw new LonghaulError('Rejected', `A counter has the value ${value} at ${seconds}.`, {
      mend: 'Name a counter (a metric that only grows) in `metrics` of longhaul.yaml.',
    });
  }
  if (!(seconds > beforeSeconds)) {
    throw new LonghaulError('Rejected', `Samples are out of order: ${seconds} after ${beforeSeconds}.`);
  }
}

const isIn = (window: Window, seconds: number): boolean => seconds > window.from && seconds <= window.to;

/** How many samples lie in the window. 0 means that nobody looked, which is not the same as no requests. */
export const samplesIn = (series: readonly Series[], window: Window): number =>
  series.reduce((sum, samples) => sum + samples.filter(([seconds]) => isIn(window, seconds)).length, 0);
