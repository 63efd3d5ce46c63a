import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeAttemptFolders, type AttemptFolders } from '../../../activities/steps/attempt-folders.ts';
import { markerVariable } from '../../../local/process-tree.ts';
import { createCheckouts } from '../../../activities/workspace/checkouts.ts';
import { createArtifactStore } from '../../../activities/store/index.ts';
import { createMirrors } from '../../../activities/workspace/mirrors.ts';
import { homePaths } from '../../../local/home.ts';

let worktrees: string;
beforeEach(() => {
  worktrees = join(mkdtempSync(join(tmpdir(), 'longhaul-leftovers-')), 'worktrees');
});
afterEach(() => {
  rmSync(join(worktrees, '..'), { recursive: true });
});

const make = (step: string, attempt: number): Promise<AttemptFolders> => {
  const run = { id: 'ci/a/b/c', project: 'a/b', commit: 'c', configDigest: 'd', overlay: {} };
  const home = homePaths(join(worktrees, '..'));
  const store = createArtifactStore({ home });
  const checkouts = createCheckouts(createMirrors({ folder: home.mirrors, projects: () => ({}), store }));
  return makeAttemptFolders({ worktrees, run, step, attempt, checkouts });
};

test('a new attempt ends what an earlier one of the same step left on the machine, and no other', async () => {
  const [earlier, other] = [await make('train', 1), await make('lint', 1)];
  mkdirSync(earlier.code);
  writeFileSync(join(earlier.code, 'half-done'), '');
  const orphan = spawn('sleep', ['300'], {
    env: { ...process.env, [markerVariable]: earlier.root },
    detached: true,
  });
  const ended = once(orphan, 'exit');

  const next = await make('train', 2);
  expect((await ended)[1]).toBe('SIGTERM');
  expect(existsSync(earlier.root)).toBe(false);
  expect(
    readdirSync(worktrees)
      .map((name) => join(worktrees, name))
      .sort(),
  ).toEqual([next.root, other.root].sort());
});
