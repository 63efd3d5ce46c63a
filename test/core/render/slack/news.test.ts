import { expect, test } from 'vitest';
import type { ReleaseRecord } from '../../../../core/release.ts';
import type { CiRunResult } from '../../../../core/ci.ts';
import { ciNews } from '../../../../core/render/slack/ci-news.ts';
import type { SlackNews, SlackView } from '../../../../core/render/slack/news.ts';
import { releaseNews } from '../../../../core/render/slack/release-news.ts';
import { sampleRun } from '../sample-ci-run.ts';
import { sampleRelease } from '../sample-release.ts';
import { askedRelease, looked } from './sample-news.ts';

const view: SlackView = {
  now: '2026-11-23T11:00:00.000Z',
  can: { threads: true, buttons: true },
  web: 'https://github.com',
};

const keys = (all: readonly SlackNews[]): readonly string[] => all.map(({ key }) => key);

/** Everything that people read of a message. */
const read = (news: SlackNews | undefined): string =>
  JSON.stringify(news?.blocks ?? '', (key, value: unknown) =>
    key === 'value' ? undefined : value,
  ).replaceAll('\\n', '\n');

const find = (record: ReleaseRecord, part: string, given = view): SlackNews | undefined =>
  releaseNews(record, given).find(({ key }) => key.includes(part));

test('the thread begins with where the release is, its version and commit, and who began it', () => {
  const [thread] = releaseNews(sampleRelease, view);
  expect(thread).toMatchObject({ key: 'run/release', updates: true, text: 'flight-delay 7: canary' });
  expect(thread?.inThreadOf).toBeUndefined();
  const text = read(thread);
  expect(text).toContain(
    '<https://github.com/longhaul/flights/commit/abcdef0123456789abcdef0123456789abcdef01|`abcdef012345`>',
  );
  for (const fact of ['ann (push)', '20 % to the candidate', '*Champion*\n6']) expect(text).toContain(fact);
});

test('an approval shows what it rests on, beside the champion, who has answered, and buttons that carry it', () => {
  const asked = find(askedRelease, '/approval/', { ...view, champion: { accuracy: 0.9 } });
  expect(asked).toMatchObject({ inThreadOf: 'run/release', broadcast: true, updates: true });
  const text = read(asked);
  for (const fact of [
    /accuracy +0\.9134 +0\.9 +\+0\.0134/,
    /f1 +0\.41 +–/,
    /31\.2 ms/,
    /0\.05 % of 2000 requests/,
    /data\/full.*sha256:dddd/,
    /registry\.example\/flights:abcdef/,
    /1 more of 2 approvals by release-managers/,
    /approved by ann \(slack\).*good figures/,
    /approved by bob \(cli, unverified\).*does not count: nobody vouches/,
  ])
    expect(text).toMatch(fact);
  const actions = asked?.blocks.find((block) => block.type === 'actions');
  const values = actions?.elements.map(({ action_id, value }) => [action_id, JSON.parse(value) as unknown]);
  const value = { release: askedRelease.id, evidence: askedRelease.evidence.digest };
  expect(values).toEqual([
    ['longhaul_approve', value],
    ['longhaul_reject', value],
  ]);
});

test('an approval that is answered has no buttons any more, and says by whom', () => {
  const evidence = 'approved by ann on Slack and eve on GitHub';
  const answered: ReleaseRecord = {
    ...askedRelease,
    phase: 'canary',
    asked: { ...askedRelease.asked, missing: null },
    gates: [
      ...askedRelease.gates,
      { gate: 'approval', passed: true, at: '2026-11-23T10:50:00.000Z', evidence },
    ],
  };
  const before = find(askedRelease, '/approval/');
  const after = find(answered, '/approval/');
  expect(after?.key).toBe(before?.key);
  expect(after?.blocks.some(({ type }) => type === 'actions')).toBe(false);
  expect(read(after)).toContain(evidence);
});

test('where buttons are not heard the commands stand in their place', () => {
  const asked = find(askedRelease, '/approval/', { ...view, can: { threads: false, buttons: false } });
  expect(asked).not.toHaveProperty('inThreadOf');
  expect(read(asked)).toContain(`longhaul release approve ${askedRelease.id}`);
});

test('a question whose evidence has changed is closed where it stands, and asked anew', () => {
  const old = find(askedRelease, '/approval/')?.key ?? '';
  const digest = `sha256:${'f'.repeat(64)}`;
  const changed: ReleaseRecord = {
    ...askedRelease,
    evidence: { ...askedRelease.evidence, digest },
    asked: { ...askedRelease.asked, evidenceDigest: digest },
  };
  const now = releaseNews(changed, { ...view, told: [old] });
  const closed = now.find(({ key }) => key === old);
  expect(closed?.blocks.some(({ type }) => type === 'actions')).toBe(false);
  expect(read(closed)).toContain('do not count any more');
  expect(keys(now).filter((key) => key.includes('/approval/'))).toHaveLength(2);
});

test('nothing is asked where the project does not ask', () => {
  const { asked: _asked, approvals: _approvals, ...rest } = askedRelease;
  const silent: ReleaseRecord = { ...rest, approvals: [], phase: 'canary' };
  expect(keys(releaseNews(silent, view)).filter((key) => key.includes('/approval/'))).toEqual([]);
});

test('an escalation mentions those whose ids the operator’s file knows, and names the others', () => {
  const people = { ann: ['U024BE7LH'], 'release-managers': ['not an id'] };
  const text = read(find(askedRelease, '/escalation/', { ...view, people }));
  expect(text).toContain('<@U024BE7LH> release-managers:');
});

test('a hold is told once while it lasts, with the figures and the command; so is a bad verdict', () => {
  const record: ReleaseRecord = { ...sampleRelease, ...looked };
  const told = releaseNews(record, view).filter(({ key }) => /held|bad/.test(key));
  expect(keys(told)).toEqual(['run/held/canary/2', 'run/bad/canary/4']);
  expect(read(told[0])).toContain(`longhaul release resume ${record.id}`);
  expect(read(told[1])).toMatch(/10\.4 % of 412 requests \(limit 1 %\)/);
  expect(read(told[1])).toMatch(/P95 against 2 s: candidate\*\nabove: 12\.1 % of 412 requests slower/);
  const longLater: ReleaseRecord = { ...record, looks: record.looks.slice(2) };
  expect(keys(releaseNews(longLater, view)).filter((key) => key.includes('held'))).toEqual([]);
});

test('a rollback tells error rate, P95, what was undone and what is left', () => {
  const reason = 'errors 10.4 % of 412 requests, limit 1 %';
  const record: ReleaseRecord = {
    ...{ ...sampleRelease, ...looked, phase: 'ended' },
    outcome: { kind: 'rolledBack', reason },
  };
  const ended = find(record, '/ended');
  expect(ended).toMatchObject({ text: 'Rollback executed: flight-delay 7', broadcast: true });
  for (const fact of [
    reason,
    '10.4 % of 412 requests',
    'P95 against 2 s',
    '1 of 2 verified',
    'all requests go to version 6',
    'not verified',
    'alias challenger still points at version 7',
  ])
    expect(read(ended)).toContain(fact);
  expect(find({ ...record, phase: 'undoing' }, '/ended')).toBeUndefined();
});

test('a wait for a lane is told once it is long', () => {
  const since = '2026-11-23T10:31:00.000Z';
  const record: ReleaseRecord = {
    ...sampleRelease,
    phase: 'waitingForProductionLane',
    waiting: { for: 'lane production, held by release/flight-delay/9', since },
  };
  expect(find(record, '/lane/')).toBeUndefined();
  const long = find(record, '/lane/', { ...view, now: '2026-11-23T11:02:00.000Z' });
  expect(long?.key).toBe(`run/lane/${since}`);
  expect(read(long)).toContain('held by release/flight-delay/9');
});

const artifact = { digest: `sha256:${'1'.repeat(64)}`, size: 1, name: 'report.md' };
const failed: CiRunResult = { ...sampleRun, passed: false, report: { markdown: artifact, junit: artifact } };

test('a CI run that failed tells why and how to mend it, with the data report and the diagnostics', () => {
  const report = [
    '# Data report: data/sample',
    '| column | expectation | expected | found |',
    '| --- | --- | --- | --- |',
    '| distance | expect_column_values_to_be_between | min_value=1 | 12 of 900 rows, such as -4 |',
  ].join('\n');
  const diagnostics = JSON.stringify({
    error: {
      type: 'ValueError',
      message: 'NaN loss',
      trace: 'Traceback\n  File "train.py", line 7\nValueError: NaN loss',
    },
    data: { train: { rows: 3, columns: ['a'] } },
  });
  const documents = {
    'data-validation': [
      { name: 'data_report.md', text: report },
      { name: 'training_diagnostics.json', text: diagnostics },
      { name: 'page.html', text: '<html>' },
    ],
  };
  const [news, ...others] = ciNews(failed, documents, view);
  expect(others).toEqual([]);
  expect(news?.text).toBe('CI failed: longhaul/flights at 3f2a91c0d4e1 (data-validation)');
  for (const fact of [
    '*Cause:* The remote storage refused the credentials.',
    '*Mend:* Put AWS_ACCESS_KEY_ID',
    '• distance · expect_column_values_to_be_between · min_value=1 · 12 of 900 rows, such as -4',
    'ValueError: NaN loss; train: 3 rows',
    'line 7',
  ])
    expect(read(news)).toContain(fact);
  expect(read(news)).not.toMatch(/expected · found|html/);
});

test('a run that passed, made way, or was over uncommitted changes is no news', () => {
  const source = { bundle: artifact, base: '0'.repeat(40), changed: 1 };
  for (const run of [
    { ...failed, passed: true },
    { ...failed, supersededBy: 'c0ffee' },
    { ...failed, source },
  ])
    expect(ciNews(run, {}, view)).toEqual([]);
});
