import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkpointBasis } from '../../../activities/training/checkpoint-basis.ts';
import { createArtifactStore } from '../../../activities/store/index.ts';
import { createWorkspace, type Workspace } from '../../../activities/workspace/index.ts';
import { LonghaulError } from '../../../core/errors.ts';
import type { PythonLock } from '../../../core/ports/workspace.ts';
import type { StepSpec } from '../../../core/step.ts';
import { homePaths } from '../../../local/home.ts';
import { project, stepInput } from '../steps/step-site.ts';
import { createRepository } from '../workspace/repository.ts';

const folder = mkdtempSync(join(tmpdir(), 'longhaul-basis-'));
const lock: PythonLock = { digest: 'sha256:01', version: '3.12.4', packages: 3, local: [] };
let workspace: Workspace;
let commit: string;
beforeAll(() => {
  const home = homePaths(join(folder, 'home'));
  const repository = createRepository(join(folder, 'origin'));
  commit = repository.commit({ 'train.py': 'pass', 'requirements.txt': 'numpy' });
  workspace = createWorkspace({
    ...{ home, store: createArtifactStore({ home }), secrets: {}, uv: () => '' },
    projects: () => ({ [project]: { url: repository.url } }),
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The basis where the requirements are resolved to `resolved`. */
const basisOf = (step: Partial<StepSpec>, resolved: PythonLock | Error = lock): Promise<string> => {
  const { checkouts, pythonEnvironments } = workspace;
  const resolve = (): Promise<PythonLock> =>
    resolved instanceof Error ? Promise.reject(resolved) : Promise.resolve(resolved);
  return checkpointBasis(
    { checkouts, pythonEnvironments: { ...pythonEnvironments, lock: resolve } },
    stepInput(commit, step),
  );
};
const withPython = { requirements: ['requirements.txt'] };

test('another interpreter, or other packages for the same requirements, are another training', async () => {
  const basis = await basisOf(withPython);
  expect(await basisOf(withPython, { ...lock })).toBe(basis);
  expect(await basisOf(withPython, { ...lock, version: '3.13.1' })).not.toBe(basis);
  expect(await basisOf(withPython, { ...lock, digest: 'sha256:02' })).not.toBe(basis);
  expect(await basisOf({}, { ...lock, version: '3.13.1' })).toBe(await basisOf({}));
});

test('limits and the names of secrets are not part of it', async () => {
  const basis = await basisOf(withPython);
  const other = { timeoutMs: 1, retries: { preemption: 1, infrastructure: 2, code: 3 }, secrets: ['TOKEN'] };
  expect(await basisOf({ ...withPython, ...other })).toBe(basis);
});

test('what cannot be resolved now is not taken for another training', async () => {
  const away = new LonghaulError('Unreachable', 'The index does not answer.');
  await expect(basisOf(withPython, away)).rejects.toBe(away);
});
