import { cut, padEnd, padStart, widthOf, wrap } from './text.ts';

/** A line of a tree: `├ ✓ unit-tests   8.1 s  43 tests passed`. Its parts may hold colours. */
export interface TreeRow {
  readonly mark: string;
  readonly name: string;
  readonly time: string;
  readonly detail: string;
  readonly children: readonly TreeRow[];
}

/** Room that the details of a tree get at least, in columns, as long as names can give way. */
const leastDetail = 24;

/**
 * A tree in lines of at most `columns`, names, times and details each in a column of their own. Details that do not fit
 * are cut, or go on below with `overflow` `wrap`.
 */
export function treeLines(
  rows: readonly TreeRow[],
  columns: number,
  overflow: 'cut' | 'wrap',
): readonly string[] {
  const placed = place(rows, '');
  const times = Math.max(0, ...placed.map(({ time }) => widthOf(time)));
  const widest = Math.max(0, ...placed.map(({ label }) => widthOf(label)));
  const labels = Math.min(widest, Math.max(12, columns - times - leastDetail - 4));
  const left = labels + (times === 0 ? 0 : times + 2) + 2;
  return placed.flatMap(({ label, time, detail, rail }) => {
    const head = [padEnd(cut(label, labels), labels), ...(times === 0 ? [] : [padStart(time, times)])].join(
      '  ',
    );
    const room = columns - left;
    const [first = '', ...more] =
      overflow === 'wrap' && room > 0 ? wrap(detail, room) : [cut(detail.replaceAll('\n', ' '), room)];
    return [
      cut(`${head}  ${first}`, columns).trimEnd(),
      ...more.map((line) => `${padEnd(rail, left)}${line}`.trimEnd()),
    ];
  });
}

interface PlacedRow extends Pick<TreeRow, 'time' | 'detail'> {
  readonly label: string;
  /** What the branches look like below its first line. */
  readonly rail: string;
}

function place(rows: readonly TreeRow[], above: string): readonly PlacedRow[] {
  return rows.flatMap(({ mark, name, time, detail, children }, index) => {
    const last = index === rows.length - 1;
    const beside = `${above}${last ? '  ' : '│ '}`;
    return [
      {
        label: `${above}${last ? '└' : '├'} ${mark} ${name}`,
        time,
        detail,
        rail: children.length === 0 ? beside : `${beside}│`,
      },
      ...place(children, beside),
    ];
  });
}
