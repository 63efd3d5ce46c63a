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
  return `${style.wait(marks.running)} ${name}${again}  ${progressWords(work.progress)}`;
}

function progressWords(progress: NonNullable<PendingWork['progress']>): string {
  const { elapsedSeconds, epoch, epochs, metrics, lastLine } = progress;
  const elapsed = formatDuration(elapsedSeconds * 1000);
  if (epoch === undefined || epochs === undefined) return `${elapsed}  ${lastLine}`;
  const values = Object.entries(metrics ?? {}).map(
    ([name, value]) => `${name} ${Number(value.toPrecision(4))}`,
  );
  return [`${bar(epoch / epochs)} epoch ${epoch} of ${epochs}`, elapsed, ...values].join('  ');
}

const firstLine = (text: string | undefined): string => text?.split('\n', 1)[0] ?? 'no reason known';
