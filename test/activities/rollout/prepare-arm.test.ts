import { mkdir, mkdtemp, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { prepareArm } from '../../../activities/rollout/prepare-arm.ts';
import { createArtifactStore } from '../../../activities/store/index.ts';
import { createWorkspace } from '../../../activities/workspace/index.ts';
import type { ArmSpec } from '../../../core/serving.ts';
import { cleanCaches } from '../../../local/caches/clean.ts';
import { stampedAt } from '../../../local/caches/entries.ts';
import { withLease } from '../../../local/caches/leases.ts';
import { homePaths, type HomePaths } from '../../../local/home.ts';
import { armCode, readPrepared, type PreparedArm } from '../../../local/prepared-arm.ts';
import { findTools } from '../../../local/tools.ts';
import { armOf } from '../../local/support/stack.ts';
import { pythonIn, selfBuiltPackage } from '../workspace/python-site.ts';
import { createRepository } from '../workspace/repository.ts';

let home: HomePaths;
beforeEach(async () => {
  vi.stubEnv('UV_NO_INDEX', '1').stubEnv('UV_CACHE_DIR', '');
  home = homePaths(await mkdtemp(join(tmpdir(), 'longhaul-arm-')));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home.root, { recursive: true, maxRetries: 3 });
});

/** Prepares an arm with requirements, as often as asked. */
function createArm(install: readonly string[]): {
  readonly arm: ArmSpec;
  readonly prepare: () => Promise<PreparedArm>;
} {
  const repository = createRepository(join(home.root, 'origin'));
  const commit = repository.commit({ ...selfBuiltPackage('.', 'model', ''), 'requirements.txt': '' });
  const workspace = createWorkspace({
    ...{ home, secrets: {}, store: createArtifactStore({ home }), uv: () => findTools().uv },
    projects: () => ({ 'acme/model': { url: repository.url } }),
  });
  const spec = armOf({ version: '1' });
  const serve = { ...spec.serve, requirements: ['requirements.txt'], install: [...install] };
  const arm: ArmSpec = { ...spec, project: 'acme/model', commit, serve };
  const registry = {
    download: async (_version: unknown, folder: string): Promise<void> => {
      await mkdir(folder, { recursive: true });
    },
  };
  const prepare = async (): Promise<PreparedArm> => {
    await prepareArm({ ...workspace, home, registry }, arm, () => undefined);
    const prepared = await readPrepared(home, arm.id);
    if (prepared === null) throw new Error('The arm is not prepared.');
    return prepared;
  };
  return { arm, prepare };
}

const environmentOf = ({ environment }: PreparedArm): string => {
  if (environment === null) throw new Error('The arm has no environment.');
  return environment;
};

test('an arm serves with the package of its own commit, also when its environment was cleaned away', async () => {
  const { arm, prepare } = createArm(['.']);
  const whereItsPackageIs = async (): Promise<string> => {
    const prepared = await prepare();
    expect(prepared.environment).toContain(home.pythonEnvironments);
    return pythonIn(prepared.python ?? '', 'import model; print(model.__file__)');
  };
  const file = join(armCode(home, arm.id), 'src', 'model', '__init__.py');
  expect(await whereItsPackageIs()).toBe(file);
  await cleanCaches(home, ['environments']);
  expect(await whereItsPackageIs()).toBe(file);
});

test('an environment left half-made is made anew before an arm serves with it', async () => {
  const { prepare } = createArm([]);
  const environment = environmentOf(await prepare());
  await rm(join(environment, '.longhaul-complete'));
  await rm(join(environment, 'lib'), { recursive: true });
  await prepare();
  expect(await readdir(environment)).toEqual(expect.arrayContaining(['.longhaul-complete', 'lib']));
});

test('an environment that an arm is about to serve with is not freed, however long ago it was made', async () => {
  const { prepare } = createArm([]);
  const environment = environmentOf(await prepare());
  const longAgo = new Date(Date.now() - 30 * 24 * 60 * 60_000);
  await utimes(join(environment, '.longhaul-complete'), longAgo, longAgo);
  await withLease(home, 'step', async () => {
    await prepare();
    await cleanCaches(home, ['environments']);
    expect(await stampedAt(environment)).toBeGreaterThan(longAgo.getTime());
  });
});

test('an arm whose preparation was broken off is not taken for whole', async () => {
  const { arm, prepare } = createArm(['.']);
  const { model } = await prepare();
  await rm(model, { recursive: true });
  await rename(join(home.artifacts), `${home.artifacts}.away`);
  await writeFile(home.artifacts, '');
  await rm(home.pythonEnvironments, { recursive: true });
  await expect(prepare()).rejects.toThrow();
  expect(await readPrepared(home, arm.id)).toBeNull();
  await rm(home.artifacts);
  expect(pythonIn((await prepare()).python ?? '', 'import model; print(model.size)')).toBe('1');
});
