import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { prepareArm } from '../../../activities/rollout/prepare-arm.ts';
import { createArtifactStore } from '../../../activities/store/index.ts';
import { createWorkspace } from '../../../activities/workspace/index.ts';
import type { ArmSpec } from '../../../core/serving.ts';
import { cleanCaches } from '../../../local/caches/clean.ts';
import { homePaths, type HomePaths } from '../../../local/home.ts';
import { armCode, readPrepared } from '../../../local/prepared-arm.ts';
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

test('an arm serves with the package of its own commit, also when its environment was cleaned away', async () => {
  const repository = createRepository(join(home.root, 'origin'));
  const commit = repository.commit({ ...selfBuiltPackage('.', 'model', ''), 'requirements.txt': '' });
  const workspace = createWorkspace({
    ...{ home, secrets: {}, store: createArtifactStore({ home }), uv: () => findTools().uv },
    projects: () => ({ 'acme/model': { url: repository.url } }),
  });
  const spec = armOf({ version: '1' });
  const serve = { ...spec.serve, requirements: ['requirements.txt'], install: ['.'] };
  const arm: ArmSpec = { ...spec, project: 'acme/model', commit, serve };
  const registry = {
    download: async (_version: unknown, folder: string): Promise<void> => {
      await mkdir(folder, { recursive: true });
    },
  };
  const whereItsPackageIs = async (): Promise<string> => {
    await prepareArm({ ...workspace, home, registry }, arm, () => undefined);
    const prepared = await readPrepared(home, arm.id);
    expect(prepared?.environment).toContain(home.pythonEnvironments);
    return pythonIn(prepared?.python ?? '', 'import model; print(model.__file__)');
  };
  const file = join(armCode(home, arm.id), 'src', 'model', '__init__.py');
  expect(await whereItsPackageIs()).toBe(file);
  await cleanCaches(home, ['environments']);
  expect(await whereItsPackageIs()).toBe(file);
});
