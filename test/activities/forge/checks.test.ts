import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGithub } from '../../support/github/index.ts';
import type { FakeGithub } from '../../support/github/index.ts';
import type { FakeRepository } from '../../support/github/state.ts';
import { commit, failed, forgeByApp, forgeByToken, project, running } from './forge-site.ts';

let github: FakeGithub;
let flights: FakeRepository;
beforeEach(async () => {
  github = await startGithub({ repositories: [project] });
  flights = github.repository(project);
});
afterEach(() => github.stop());

const asked = (operation: string): number =>
  github.requests.filter((request) => request.operation === operation).length;

test('a check is one check run, from queued to its end, and saying the same again writes nothing', async () => {
  const forge = forgeByApp(github);
  await forge.putCheck({ ...running, state: { status: 'queued' } });
  await forge.putCheck(running);
  await forge.putCheck(running);
  await forge.putCheck(failed(1));
  await forge.putCheck(failed(1));
  expect(flights.checkRuns).toMatchObject([
    {
      ...{ head_sha: commit, name: 'longhaul / unit-tests', external_id: running.key },
      ...{ status: 'completed', conclusion: 'failure', completed_at: '2026-11-24T02:05:00Z' },
      ...{ title: '1 failed', details_url: 'https://ci.example.com/run/1' },
      annotations: [{ path: 'tests/test_model.py', start_line: 1, message: 'It does not hold (0)' }],
    },
  ]);
  expect(asked('checks/create')).toBe(1);
  expect(asked('checks/update')).toBe(2);
});

test('120 annotations go out in three requests, each once', async () => {
  const forge = forgeByApp(github);
  await forge.putCheck(running);
  await forge.putCheck(failed(120));
  expect(asked('checks/update')).toBe(3);
  expect(flights.checkRuns[0]?.annotations.map(({ start_line: line }) => line)).toEqual(
    Array.from({ length: 120 }, (_, index) => index + 1),
  );
});

test.each(['lost', 'unheard'] as const)('what ends half way (%s) is taken up where it ended', async (how) => {
  const forge = forgeByApp(github);
  for (const operation of ['checks/create', 'checks/update']) github.fail({ operation, how });
  const put = () => forge.putCheck(failed(120));
  await expect(put()).rejects.toMatchObject({ type: 'Unreachable' });
  await expect(put()).rejects.toMatchObject({ type: 'Unreachable' });
  await put();
  expect(flights.checkRuns).toHaveLength(1);
  const lines = flights.checkRuns[0]?.annotations.map(({ start_line: line }) => line);
  expect(lines).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
});

test('a check that runs again gets a check run of its own: annotations of the old try would stay', async () => {
  const forge = forgeByApp(github);
  await forge.putCheck(failed(2));
  await forge.putCheck(running);
  expect(flights.checkRuns.map(({ status }) => status)).toEqual(['completed', 'in_progress']);
  await forge.putCheck(failed(1));
  expect(flights.checkRuns.map(({ annotations }) => annotations.length)).toEqual([2, 1]);
  await forge.putCheck(failed(1, 'Something else does not hold'));
  expect(flights.checkRuns.at(-1)?.annotations).toMatchObject([
    { message: 'Something else does not hold (0)' },
  ]);
  expect(flights.checkRuns).toHaveLength(3);
});

test('the same key at once makes one check run, and other steps have their own', async () => {
  const forge = forgeByApp(github);
  const other = { ...running, key: `${running.key}-other` };
  await Promise.all([forge.putCheck(running), forge.putCheck(running), forge.putCheck(other)]);
  expect(flights.checkRuns.map(({ external_id: key }) => key).toSorted()).toEqual([running.key, other.key]);
});

test('what GitHub takes no more of is cut and said to be', async () => {
  const annotation = { ...failed(1).annotations[0], startLine: 1, endLine: 3, startColumn: 4, endColumn: 5 };
  await forgeByApp(github).putCheck({
    ...failed(0),
    ...{ title: 'long '.repeat(100), summary: '😀'.repeat(50_000) },
    annotations: [{ ...failed(1).annotations[0], ...annotation, message: 'x'.repeat(70_000) } as never],
  });
  const [run] = flights.checkRuns;
  expect(run?.summary).toHaveLength(65_535);
  expect(run?.summary).toContain('(cut here');
  expect(run?.summary?.isWellFormed()).toBe(true);
  expect(run?.annotations[0]).toMatchObject({ start_line: 1, end_line: 3 });
});

test('by a token, a check is a commit status, added only when it says something else', async () => {
  const forge = forgeByToken(github);
  await forge.putCheck(running);
  await forge.putCheck(running);
  await forge.putCheck({ ...failed(3), title: 'so much to say '.repeat(20) });
  await forge.putCheck({ ...failed(3), title: 'so much to say '.repeat(20) });
  expect(flights.statuses).toMatchObject([
    {
      ...{ sha: commit, context: 'longhaul / unit-tests', state: 'pending', description: 'Running' },
      target_url: 'https://ci.example.com/run/1',
    },
    { state: 'failure', description: expect.stringMatching(/^so much to say .{110,124}…$/) as string },
  ]);
});

test.each([
  ['success', 'success'],
  ['neutral', 'success'],
  ['skipped', 'success'],
  ['failure', 'failure'],
  ['timedOut', 'failure'],
  ['cancelled', 'error'],
  ['actionRequired', 'pending'],
] as const)('the conclusion %s is the commit status %s', async (conclusion, state) => {
  const completed = { status: 'completed', conclusion, at: '2026-11-24T02:05:00Z' } as const;
  await forgeByToken(github).putCheck({ ...running, state: completed });
  expect(flights.statuses).toMatchObject([{ state }]);
});

test('a commit status whose answer was lost is not written again', async () => {
  const forge = forgeByToken(github);
  github.fail({ operation: 'repos/create-commit-status', how: 'lost' });
  await expect(forge.putCheck(running)).rejects.toMatchObject({ type: 'Unreachable' });
  await forge.putCheck(running);
  expect(flights.statuses).toHaveLength(1);
});
