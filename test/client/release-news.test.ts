import { expect, test } from 'vitest';
import { releaseNews } from '../../client/cli/render/release-news.ts';
import type { ReleaseView } from '../../client/release-views.ts';
import type { ReleaseRecord } from '../../core/release.ts';
import { exampleLook, exampleRecord } from './example-record.ts';

const viewOf = (changes: Partial<ReleaseRecord>, pending: ReleaseView['pending'] = []): ReleaseView => ({
  id: exampleRecord.id,
  status: 'RUNNING',
  startedAt: exampleRecord.startedAt,
  record: { ...exampleRecord, ...changes },
  answeredBy: 'workflow',
  pending,
});

const training = (epoch: number): ReleaseView['pending'] => [
  {
    activity: 'runStep',
    attempt: 1,
    running: true,
    worker: 'gpu',
    lastFailure: undefined,
    progress: { step: 'train', elapsedSeconds: 3, lastLine: '', epoch, epochs: 10 },
  },
];

test('what did not change is not told again', () => {
  const view = viewOf({ looks: [exampleLook] }, training(3));
  expect(releaseNews(undefined, view).length).toBeGreaterThan(0);
  expect(releaseNews(view, view)).toEqual([]);
});

test('a watcher that comes late is told of all gates and looks so far', () => {
  const news = releaseNews(undefined, viewOf({ looks: [exampleLook] })).join('\n');
  expect(news).toContain('gate CI run: passed (CI passed)');
  expect(news).toContain('5 of 50 requests failed (10 %)');
});

test('a new look is told although the record keeps only the newest', () => {
  const before = viewOf({ looks: [exampleLook] });
  const now = viewOf({ looks: [{ ...exampleLook, number: 2, candidate: { total: 80, errors: 8, slow: 0 } }] });
  expect(releaseNews(before, now)).toEqual([expect.stringContaining('look 2 of canary 5 %: candidate 8 of 80')]);
});

test('epochs are told as they pass', () => {
  expect(releaseNews(viewOf({}, training(3)), viewOf({}, training(4)))).toEqual([
    expect.stringContaining('train: epoch 4 of 10'),
  ]);
});

test('an undo is told with how much of it is verified', () => {
  const undone = { name: 'traffic', verified: true, detail: 'weight reads 0', residue: [] };
  const news = releaseNews(
    viewOf({}),
    viewOf({
      phase: 'ended',
      compensations: [undone, { ...undone, name: 'alias', verified: false }],
      outcome: { kind: 'rolledBack', reason: 'errors 10 %' },
    }),
  );
  expect(news.at(-1)).toContain('rolled back: errors 10 %; undone, 1 of 2 verified');
  expect(news.join('\n')).toContain('undone: alias, NOT VERIFIED');
});

test('words of several lines stay on one', () => {
  const news = releaseNews(
    viewOf({}),
    viewOf({ phase: 'ended', outcome: { kind: 'failed', reason: 'one\n  two' } }),
  );
  expect(news).toEqual([expect.stringMatching(/failed: one two$/)]);
});
