import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { createForgeActivities } from '../../../activities/forge/open-revert.ts';
import { createCheckouts } from '../../../activities/workspace/checkouts.ts';
import { createMirrors } from '../../../activities/workspace/mirrors.ts';
import type { ForgeActivities } from '../../../activities/contracts.ts';
import { startGithub } from '../../support/github/index.ts';
import type { FakeGithub } from '../../support/github/index.ts';
import { forgeByApp, project } from '../forge/forge-site.ts';
import { createRepository } from '../workspace/repository.ts';
import type { TestRepository } from '../workspace/repository.ts';

const folder = mkdtempSync(join(tmpdir(), 'longhaul-revert-test-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

let github: FakeGithub;
let repository: TestRepository;
let activities: ForgeActivities;
let count = 0;

beforeEach(async () => {
  github = await startGithub({ repositories: [project] });
  const place = join(folder, String((count += 1)));
  repository = createRepository(join(place, 'repository'));
  repository.git('config', 'receive.denyCurrentBranch', 'ignore');
  repository.commit({ 'train.py': 'epochs = 10\n', 'serve.py': 'port = 80\n' }, 'Begin');
  const projects = () => ({ [project]: { url: repository.url } });
  const mirrors = createMirrors({
    folder: join(place, 'mirrors'),
    projects,
    store: { getFile: () => Promise.reject(new Error('no bundle')) },
  });
  const checkouts = createCheckouts(mirrors);
  activities = createForgeActivities({ mirrors, checkouts, projects, forge: forgeByApp(github) });
});
afterEach(() => github.stop());

const openRevert = (commit: string) =>
  activities.openRevert({ project, commit, release: 'release/flights/abc-1', reason: 'errors at 7 %' });
const branchOf = (commit: string): string => `longhaul/revert-${commit.slice(0, 12)}`;
const fileOn = (branch: string, file: string): string => repository.git('show', `${branch}:${file}`);

test('a commit is undone over what came after it, in a pull request that says why, once', async () => {
  const bad = repository.commit({ 'train.py': 'epochs = 1\n' }, 'Train faster');
  repository.commit({ 'serve.py': 'port = 8080\n' });
  github.fail({ operation: 'pulls/create', how: 'lost' });
  await expect(openRevert(bad)).rejects.toMatchObject({ type: 'Unreachable' });
  const opened = await openRevert(bad);
  expect(opened).toEqual({ kind: 'opened', number: 1, url: `https://github.com/${project}/pull/1` });
  expect(await openRevert(bad)).toEqual(opened);
  expect(fileOn(branchOf(bad), 'train.py')).toBe('epochs = 10');
  expect(fileOn(branchOf(bad), 'serve.py')).toBe('port = 8080');
  expect(repository.git('log', '-1', '--format=%an%n%B', branchOf(bad))).toBe(
    `Longhaul\nRevert "Train faster"\n\nThis reverts commit ${bad}.\n\nrelease/flights/abc-1 was rolled back: errors at 7 %`,
  );
  expect(repository.git('rev-list', '--count', `main..${branchOf(bad)}`)).toBe('1');
  expect(github.repository(project).pullRequests).toMatchObject([
    {
      ...{ branch: branchOf(bad), base: 'main', title: 'Revert "Train faster"' },
      body: expect.stringContaining('> release/flights/abc-1 was rolled back: errors at 7 %') as string,
    },
  ]);
});

test('of a merge, what it brought in is undone', async () => {
  repository.git('checkout', '--quiet', '-b', 'faster');
  repository.commit({ 'train.py': 'epochs = 1\n' });
  repository.commit({ 'extra.py': 'x = 1\n' });
  repository.git('checkout', '--quiet', 'main');
  repository.git('merge', '--quiet', '--no-ff', '--message', 'Merge faster', 'faster');
  const merge = repository.git('rev-parse', 'HEAD');
  expect(await openRevert(merge)).toMatchObject({ kind: 'opened' });
  expect(repository.git('ls-tree', '--name-only', branchOf(merge))).toBe('serve.py\ntrain.py');
});

test('what git cannot undo by itself is told: conflicts with their files, done already, on another branch', async () => {
  const bad = repository.commit({ 'train.py': 'epochs = 1\n' });
  repository.commit({ 'train.py': 'epochs = 2\n' });
  const flights = github.repository(project);
  const { number } = flights.openPullRequest({ commit: bad, state: 'closed', merged: true });
  expect(await openRevert(bad)).toEqual({
    kind: 'notReverted',
    reason: `undoing ${bad.slice(0, 12)} conflicts with what came after it, in train.py, on main`,
  });
  const undone = repository.commit({ 'serve.py': 'port = 1\n' });
  repository.git('revert', '--no-edit', undone);
  expect(await openRevert(undone)).toMatchObject({
    reason: `${undone.slice(0, 12)} has been undone already on main`,
  });
  repository.git('checkout', '--quiet', '-b', 'aside');
  const aside = repository.commit({ 'serve.py': 'port = 2\n' });
  repository.git('checkout', '--quiet', 'main');
  expect(await openRevert(aside)).toMatchObject({ reason: `${aside.slice(0, 12)} is not on main` });
  expect(flights.pullRequests).toHaveLength(1);
  expect(flights.comments).toMatchObject([
    { issue: number, body: expect.stringContaining(`\`git revert ${bad}\``) as string },
  ]);
});

test('a branch that people have pushed under the name stays theirs, and a closed pull request stays closed', async () => {
  const bad = repository.commit({ 'train.py': 'epochs = 1\n' });
  repository.git('branch', branchOf(bad), 'main~1');
  const opened = await openRevert(bad);
  expect(repository.git('rev-parse', branchOf(bad))).toBe(repository.git('rev-parse', 'main~1'));
  const [pullRequest] = github.repository(project).pullRequests;
  if (pullRequest !== undefined) pullRequest.state = 'closed';
  expect(await openRevert(bad)).toEqual(opened);
});

test('a repository that takes no push is told with the mend', async () => {
  const bad = repository.commit({ 'train.py': 'epochs = 1\n' });
  repository.git('config', 'transfer.hideRefs', 'refs/heads/longhaul');
  await expect(openRevert(bad)).rejects.toMatchObject({
    type: 'NotPermitted',
    mend: expect.stringContaining('write to the repository') as string,
  });
});
