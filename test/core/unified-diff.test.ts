import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffLines, unifiedDiff } from '../../core/unified-diff.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 30 });

test('a comparison holds both texts, line by line, and no fewer common lines than equal ends have', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const compared = diffLines(before, after);
      const without = (kind: string) => compared.filter((line) => line.kind !== kind).map(({ text }) => text);
      expect(without('new')).toEqual(before);
      expect(without('gone')).toEqual(after);
    }),
  );
});

test('equal texts have no difference', () => {
  fc.assert(
    fc.property(lines, (text) => {
      expect(unifiedDiff(text, text)).toEqual([]);
    }),
  );
});

test('git makes the second text of the first by it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-diff-'));
  const apply = (before: readonly string[], after: readonly string[]): string => {
    const text = (some: readonly string[]): string => some.map((line) => `${line}\n`).join('');
    const hunks = unifiedDiff(before, after);
    if (hunks.length === 0) return text(before);
    const from = before.length === 0 ? '/dev/null' : 'a/file';
    const to = after.length === 0 ? '/dev/null' : 'b/file';
    const header = ['diff --git a/file b/file', ...modeOf(before, after), `--- ${from}`, `+++ ${to}`];
    rmSync(join(folder, 'file'), { force: true });
    if (before.length > 0) writeFileSync(join(folder, 'file'), text(before));
    const applied = spawnSync('git', ['apply', '--unidiff-zero', '-'], {
      cwd: folder,
      input: text([...header, ...hunks]),
      encoding: 'utf8',
    });
    expect(applied.stderr).toBe('');
    return after.length === 0 ? '' : readFileSync(join(folder, 'file'), 'utf8');
  };
  try {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        expect(apply(before, after)).toBe(after.map((line) => `${line}\n`).join(''));
      }),
      { numRuns: 25 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

const modeOf = (before: readonly string[], after: readonly string[]): readonly string[] => [
  ...(before.length === 0 ? ['new file mode 100644'] : []),
  ...(after.length === 0 ? ['deleted file mode 100644'] : []),
];

test('differences that are near are one hunk, others have hunks of their own', () => {
  const before = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`);
  const after = before.map((line) => (['line 2', 'line 5', 'line 25'].includes(line) ? `${line}!` : line));
  const headers = unifiedDiff(before, after).filter((line) => line.startsWith('@@'));
  expect(headers).toEqual(['@@ -1,8 +1,8 @@', '@@ -22,7 +22,7 @@']);
});
