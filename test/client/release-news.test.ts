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

const seenAt = new Date('2026-11-23T14:07:00.000Z');
const newsOf = (before: ReleaseView | undefined, now: ReleaseView): readonly string[] =>
  releaseNews(before, now, seenAt);

const training = (epoch: number): ReleaseView['pending'] => [
  {
    activity: 'runStep',
    attempt: 1,
    running: true,
    worker: 'gpu',
    lastFailure: undefined,
    told: undefined,
    progress: { step: 'train', elapsedSeconds: 3, lastLine: '', epoch, epochs: 10 },
  },
];

test('what did not change is not told again', () => {
  const view = viewOf({ looks: [exampleLook] }, training(3));
  expect(newsOf(undefined, view).length).toBeGreaterThan(0);
  expect(newsOf(view, view)).toEqual([]);
});

test('a watcher that comes late is told of all gates and looks so far', () => {
  const news = newsOf(undefined, viewOf({ looks: [exampleLook] })).join('\n');
  expect(news).toContain('gate CI run: passed (CI passed)');
  expect(news).toContain('5 of 50 requests failed (10 %)');
});

test('a new look is told although the record keeps only the newest', () => {
  const before = viewOf({ looks: [exampleLook] });
  const now = viewOf({
    looks: [{ ...exampleLook, number: 2, candidate: { total: 80, errors: 8, slow: 0 } }],
  });
  expect(newsOf(before, now)).toEqual([expect.stringContaining('look 2 of canary 5 %: candidate 8 of 80')]);
});

test('a look says once what it means', () => {
  const lookWith = (changes: Partial<typeof exampleLook>): string =>
    newsOf(viewOf({}), viewOf({ looks: [{ ...exampleLook, ...changes }] })).join('\n');
  expect(lookWith({})).toMatch(/failed \(10 %\); 50 of 200 requests$/);
  const passed = { verdict: { kind: 'pass', reason: 'not shown worse' }, action: 'pass' } as const;
  expect(lookWith(passed)).toMatch(/; pass: not shown worse$/);
  const held = { verdict: { kind: 'noData', reason: 'no samples' }, action: 'hold' } as const;
  expect(lookWith(held)).toMatch(/; noData → hold: no samples$/);
});

test('what happened is told in the order of time, each with its own', () => {
  const weights = [{ at: '2026-11-23T14:05:30.000Z', candidateWeight: 5 }];
  expect(newsOf(viewOf({}), viewOf({ weights, looks: [exampleLook] }))).toEqual([
    '14:05:30 traffic: 5 % to the candidate',
    expect.stringMatching(/^14:06:00 look 1/),
  ]);
});

test('epochs are told as they pass', () => {
  expect(newsOf(viewOf({}, training(3)), viewOf({}, training(4)))).toEqual(['14:07:00 train: epoch 4 of 10']);
});

test('an undo is told with how much of it is verified', () => {
  const undone = { name: 'traffic', verified: true, detail: 'weight reads 0', residue: [] };
  const news = newsOf(
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
  const news = newsOf(
    viewOf({}),
    viewOf({ phase: 'ended', outcome: { kind: 'failed', reason: 'one\n  two' } }),
  );
  expect(news).toEqual([expect.stringMatching(/failed: one two$/)]);
});
