import { alignColumns } from '../../../core/render/markdown.ts';
import { wrap } from './text.ts';

/** Room that a last column needs to be read, in columns. */
const leastRoom = 30;

/**
 * Rows as columns, in lines of at most `columns` as far as the first ones allow. The last column is wrapped; where there
 * is no room for it, it goes below its row.
 */
export function tableLines(rows: readonly (readonly string[])[], columns: number): readonly string[] {
  const heads = alignColumns(rows.map((row) => row.slice(0, -1)));
  const left = Math.max(0, ...heads.map((head) => head.length)) + 2;
  const beside = columns - left >= leastRoom;
  return rows.flatMap((row, index) => {
    const head = heads[index] ?? '';
    const last = row.at(-1) ?? '';
    const indent = beside ? left : 4;
    const [first = '', ...more] = wrap(last, columns - indent);
    const further = more.map((line) => `${' '.repeat(indent)}${line}`);
    if (beside) return [`${head.padEnd(left)}${first}`.trimEnd(), ...further];
    return last === '' ? [head] : [head, `${' '.repeat(indent)}${first}`, ...further];
  });
}
