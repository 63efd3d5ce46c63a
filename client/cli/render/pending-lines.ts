import type { StepProgress } from '../../../core/step.ts';
import { formatDuration } from '../../../core/time.ts';
import type { PendingWork } from '../../pending-work.ts';
import { bar } from './bar.ts';
import { marks } from './style.ts';
import type { Style } from './style.ts';

/** What runs now, a line each: steps with their progress, and anything that waits for a worker or is tried again. */
export function pendingLines(pending: readonly PendingWork[], style: Style): readonly string[] {
  return pending.flatMap((work) => {
    const line = pendingLine(work, style);
    return line === null ? [] : [line];
  });
}

function pendingLine(work: PendingWork, style: Style): string | null {
  const name = work.progress?.step ?? work.activity;
  const again = work.attempt > 1 ? ` (attempt ${work.attempt})` : '';
  if (!work.running) {
    if (work.attempt > 1)
      return style.wait(`${marks.waiting} ${name}${again} is tried again: ${firstLine(work.lastFailure)}`);
    return style.quiet(`${marks.waiting} ${name} waits for a worker`);
  }
  if (work.told !== undefined) return `${style.wait(marks.running)} ${name}${again}  ${work.told}`;
  if (work.progress === undefined) return again === '' ? null : `${marks.running} ${name}${again}`;
  const { progress } = work;
  const told = [
    formatDuration(progress.elapsedSeconds * 1000),
    ...leftByEpochs(progress),
    progressWords(progress),
  ];
  return `${style.wait(marks.running)} ${name}${again}  ${told.join('  ')}`;
}

function leftByEpochs(progress: StepProgress): readonly string[] {
  const { elapsedSeconds, epoch = 0, epochs = 0, resumedFrom = 0 } = progress;
  const done = epoch - resumedFrom;
  return done > 0 && epochs > epoch ? [leftWords((elapsedSeconds * (epochs - epoch)) / done)] : [];
}

/** `about 40 s left`; `longer than last time` once that is over. */
export const leftWords = (seconds: number): string =>
  seconds <= 0 ? 'longer than last time' : `about ${formatDuration(Math.ceil(seconds) * 1000)} left`;

/** What a running step says of itself: the bar of its epochs and its newest values, else its last line. */
export function progressWords({ epoch, epochs, metrics, lastLine }: StepProgress): string {
  if (epoch === undefined || epochs === undefined) return lastLine;
  const values = Object.entries(metrics ?? {}).map(
    ([name, value]) => `${name} ${Number(value.toPrecision(4))}`,
  );
  return [`${bar(epoch / epochs, 12)} epoch ${epoch} of ${epochs}`, ...values].join('  ');
}

export const firstLine = (text: string | undefined): string => text?.split('\n', 1)[0] ?? 'no reason known';
