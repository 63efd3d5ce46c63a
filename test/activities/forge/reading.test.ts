import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Forge } from '../../../core/ports/forge.ts';
import { startGithub } from '../../support/github/index.ts';
import type { FakeGithub } from '../../support/github/index.ts';
import type { FakeRepository } from '../../support/github/state.ts';
import { commit, forgeByApp, project } from './forge-site.ts';

let github: FakeGithub;
let flights: FakeRepository;
let forge: Forge;
beforeAll(async () => {
  github = await startGithub({ repositories: [project] });
  flights = github.repository(project);
  forge = forgeByApp(github);
});
afterAll(() => github.stop());

test('a pull request, as it is now: of a fork, of a fork that is gone, and merged', async () => {
  const { number } = flights.openPullRequest({
    ...{ commit, author: 'Bob', association: 'FIRST_TIME_CONTRIBUTOR', draft: true },
    ...{ headProject: 'bob/flights', title: 'Faster' },
  });
  expect(await forge.pullRequest({ project, number })).toEqual({
    ...{ project, number, title: 'Faster', url: `https://github.com/${project}/pull/${number}` },
    ...{
      open: true,
      draft: true,
      commit,
      baseBranch: 'main',
      baseCommit: flights.pullRequests[0]?.baseCommit,
    },
    ...{ headProject: 'bob/flights', author: 'Bob', authorAssociation: 'FIRST_TIME_CONTRIBUTOR' },
  });
  const gone = flights.openPullRequest({ headProject: null, state: 'closed', merged: true });
  const merged = await forge.pullRequest({ project, number: gone.number });
  expect(merged).toMatchObject({ headProject: null, open: false });
  expect(merged.mergeCommit).toMatch(/^[0-9a-f]{40}$/);
});

test('the files of a pull request over pages: a renamed one is both its paths, and 3,000 are the most', async () => {
  const files = Array.from({ length: 250 }, (_, index) => `src/file-${index}.py`);
  const { number } = flights.openPullRequest({ files: ['old.py => new.py', ...files] });
  const changed = await forge.changedFiles({ project, number });
  expect(changed).toEqual(['new.py', 'old.py', ...files]);
  const many = flights.openPullRequest({
    files: Array.from({ length: 3_100 }, (_, index) => `data/${index}.csv`),
  });
  expect(await forge.changedFiles({ project, number: many.number })).toHaveLength(3_000);
});

test('the pull requests of a commit: open and merged ones, newest first, none that was given up', async () => {
  const sha = '1'.repeat(40);
  const [merged, givenUp, open] = [
    flights.openPullRequest({ state: 'closed', merged: true }),
    flights.openPullRequest({ state: 'closed' }),
    flights.openPullRequest({ commit: sha }),
  ].map(({ number }) => number);
  flights.pullRequestsByCommit.set(sha, [merged ?? 0, givenUp ?? 0]);
  expect(await forge.pullRequestsOf(project, sha)).toEqual([
    { project, number: open },
    { project, number: merged },
  ]);
});

test.each([
  ['admin', 'admin'],
  ['maintain', 'maintain'],
  ['triage', 'triage'],
  ['read', 'read'],
  ['model-owner', 'write'],
] as const)('the role %s is the permission %s', async (role, permission) => {
  flights.roles.set('ann', role);
  expect(await forge.permission(project, 'ann')).toBe(permission);
});

test('whom GitHub does not know on a repository may do nothing', async () => {
  expect(await forge.permission(project, 'nobody')).toBe('none');
});

test('the author of a commit, where GitHub knows an account', async () => {
  flights.authors.set(commit, 'ann').set('2'.repeat(40), null);
  expect(await forge.authorOf(project, commit)).toBe('ann');
  expect(await forge.authorOf(project, '2'.repeat(40))).toBeNull();
  await expect(forge.authorOf(project, '3'.repeat(40))).rejects.toMatchObject({ type: 'Rejected' });
});

test('a pull request for a branch is opened once, also after a lost answer and by two at once', async () => {
  const input = { project, branch: 'longhaul/revert-1', base: 'main', title: 'Revert', body: 'It was bad.' };
  const before = flights.pullRequests.length;
  github.fail({ operation: 'pulls/create', how: 'lost' });
  await expect(forge.openPullRequest(input)).rejects.toMatchObject({ type: 'Unreachable' });
  const [one, other] = await Promise.all([
    forge.openPullRequest({ ...input, branch: 'longhaul/revert-2' }),
    forgeByApp(github).openPullRequest({ ...input, branch: 'longhaul/revert-2' }),
  ]);
  expect(one).toEqual(other);
  expect(await forge.openPullRequest(input)).toMatchObject({ number: before + 1 });
  expect(flights.pullRequests).toHaveLength(before + 2);
});
