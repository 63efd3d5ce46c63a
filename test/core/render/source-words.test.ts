import { expect, test } from 'vitest';
import { plain } from '../../../client/cli/render/style.ts';
import { resultLines } from '../../../client/cli/render/ci-lines.ts';
import type { CiRunResult } from '../../../core/ci.ts';
import { ciReport } from '../../../core/render/ci-report.ts';
import { sourceSaid } from '../../../core/render/source-words.ts';

const source = {
  bundle: { digest: 'sha256:b', size: 1, name: 'a.bundle' },
  base: 'abc123'.padEnd(40, '0'),
  changed: 2,
};
const run: CiRunResult = {
  id: 'ci/a/b/c',
  project: 'a/b',
  commit: 'c'.repeat(40),
  passed: true,
  startedAt: '2026-01-01T00:00:00Z',
  seconds: 1,
  configDigest: 'sha256:d',
  steps: [],
  source,
  report: { markdown: source.bundle, junit: source.bundle },
};

test.each([
  [{ ...source, changed: 1 }, 'uncommitted changes on top of abc123000000 (1 file)'],
  [{ ...source, changed: 0 }, 'a checkout of abc123000000 without uncommitted changes'],
  [{ ...source, base: '0'.repeat(40) }, 'a checkout of which nothing is committed yet (2 files)'],
])('%j', (given, words) => {
  expect(sourceSaid(given)).toBe(words);
});

test('whoever reads of the run is told, at the terminal and in the report', () => {
  const words = 'uncommitted changes on top of abc123000000 (2 files)';
  expect(resultLines(run, { columns: 120, style: plain })[1]).toBe(words);
  expect(ciReport({ ...run, trigger: { kind: 'person', by: 'ann' } })).toContain(words);
});
