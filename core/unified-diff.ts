/** A line of a comparison: in both texts, in the first alone, or in the second alone. */
export interface DiffLine {
  readonly kind: 'same' | 'gone' | 'new';
  readonly text: string;
}

/** The shortest way from one list of lines to another. */
export function diffLines(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const head = lengthOfCommonStart(before, after);
  const tail = lengthOfCommonStart(before.slice(head).reverse(), after.slice(head).reverse());
  const olds = before.slice(head, before.length - tail);
  const news = after.slice(head, after.length - tail);
  return [
    ...before.slice(0, head).map(same),
    ...diffMiddle(olds, news),
    ...before.slice(before.length - tail).map(same),
  ];
}

/**
 * A comparison as `diff -u` prints it, without the two lines that name the texts: hunks with `context` lines around
 * each difference. Empty where there is none.
 */
export function unifiedDiff(
  before: readonly string[],
  after: readonly string[],
  context = 3,
): readonly string[] {
  const lines = diffLines(before, after);
  return hunksOf(lines, context).flatMap(({ from, to }) => [
    headerOf(lines, from, to),
    ...lines.slice(from, to).map(({ kind, text }) => `${signs[kind]}${text}`),
  ]);
}

const signs = { same: ' ', gone: '-', new: '+' } as const;

const same = (text: string): DiffLine => ({ kind: 'same', text });

function lengthOfCommonStart(one: readonly string[], other: readonly string[]): number {
  const differing = one.findIndex((line, index) => line !== other[index]);
  return differing === -1 ? one.length : differing;
}

/** By the longest common subsequence; of equally short ways, lines that go come before lines that come. */
function diffMiddle(olds: readonly string[], news: readonly string[]): readonly DiffLine[] {
  const common = commonLengths(olds, news);
  const at = (i: number, j: number): number => common[i]?.[j] ?? 0;
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < olds.length || j < news.length) {
    const [old, next] = [olds[i], news[j]];
    if (old !== undefined && old === next) {
      lines.push(same(old));
      i += 1;
      j += 1;
    } else if (old !== undefined && (next === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ kind: 'gone', text: old });
      i += 1;
    } else if (next !== undefined) {
      lines.push({ kind: 'new', text: next });
      j += 1;
    }
  }
  return lines;
}

/** How many lines the rests of both texts have in common, from each line on. */
function commonLengths(olds: readonly string[], news: readonly string[]): readonly Uint32Array[] {
  const table = Array.from({ length: olds.length + 1 }, () => new Uint32Array(news.length + 1));
  for (let i = olds.length - 1; i >= 0; i -= 1) {
    const [row, below] = [table[i], table[i + 1]];
    if (row === undefined || below === undefined) continue;
    for (let j = news.length - 1; j >= 0; j -= 1)
      row[j] = olds[i] === news[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
  }
  return table;
}

interface Hunk {
  readonly from: number;
  readonly to: number;
}

/** Differences with what is around them; those whose surroundings meet are one hunk. */
function hunksOf(lines: readonly DiffLine[], context: number): readonly Hunk[] {
  const hunks: Hunk[] = [];
  lines.forEach(({ kind }, index) => {
    if (kind === 'same') return;
    const from = Math.max(0, index - context);
    const to = Math.min(lines.length, index + context + 1);
    const last = hunks.at(-1);
    if (last !== undefined && from <= last.to) hunks[hunks.length - 1] = { from: last.from, to };
    else hunks.push({ from, to });
  });
  return hunks;
}

/** `@@ -3,7 +3,8 @@`: where the hunk is in either text, and how long; a text without lines begins at 0. */
function headerOf(lines: readonly DiffLine[], from: number, to: number): string {
  const place = (other: DiffLine['kind']): string => {
    const own = (some: readonly DiffLine[]): number => some.filter(({ kind }) => kind !== other).length;
    const length = own(lines.slice(from, to));
    return `${own(lines.slice(0, from)) + (length === 0 ? 0 : 1)},${length}`;
  };
  return `@@ -${place('new')} +${place('gone')} @@`;
}
