import { writeDuration } from '../../../config/duration.ts';
import type { ScheduleChange, ScheduleDefinition } from '../../../core/schedule-changes.ts';
import { alignColumns } from '../../../core/render/markdown.ts';
import type { Page } from './page.ts';
import { cut } from './text.ts';

/** A row for each schedule: what becomes of it, when it comes, and what was there before. */
export const scheduleLines = (
  changes: readonly ScheduleChange[],
  { columns, style }: Page,
): readonly string[] =>
  alignColumns([
    ['', 'schedule', 'when', 'if it still runs', 'made up for', 'before'],
    ...changes.map((change) => [
      words[change.kind],
      change.name,
      ...('to' in change ? columnsOf(change.to) : ['', '', '']),
      change.kind === 'change' ? before(change.from, change.to) : '',
    ]),
  ]).map((line, index) => (index === 0 ? style.quiet(cut(line, columns)) : cut(line, columns)));

const words = { add: 'add', keep: '', change: 'change', remove: 'remove' } as const satisfies Readonly<
  Record<ScheduleChange['kind'], string>
>;

const overlaps = { skip: 'skip', bufferOne: 'run after it', allowAll: 'run beside it' } as const;

const columnsOf = ({ cron, timezone, overlap, catchUp }: ScheduleDefinition): readonly string[] => [
  `${cron} ${timezone}`,
  overlaps[overlap],
  `for ${writeDuration(catchUp)}`,
];

function before(from: ScheduleDefinition | null, to: ScheduleDefinition): string {
  if (from === null) return 'not written by longhaul';
  const [was, is] = [columnsOf(from), columnsOf(to)];
  return was.filter((column, index) => column !== is[index]).join(', ');
}
