import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelRegistry } from '../../core/ports/model-registry.ts';
import type { Checkouts, PythonEnvironments, PythonRequest } from '../../core/ports/workspace.ts';
import type { ArmSpec } from '../../core/serving.ts';
import type { HomePaths } from '../../local/home.ts';
import {
  armCode,
  forgetPrepared,
  notePrepared,
  readPrepared,
  type PreparedArm,
} from '../../local/prepared-arm.ts';
import { withLock } from '../../local/with-lock.ts';
import { exists } from '../../local/exists.ts';
import { isWhole } from '../workspace/python-stamp.ts';

export interface ArmSources {
  readonly home: HomePaths;
  readonly checkouts: Checkouts;
  readonly pythonEnvironments: PythonEnvironments;
  readonly registry: Pick<ModelRegistry, 'download'>;
}

/**
 * Brings code, Python environment and model files of an arm to this machine, each from its own commit or version.
 * What is whole is left alone; what an interrupted attempt left half-made is made anew.
 */
export async function prepareArm(
  sources: ArmSources,
  arm: ArmSpec,
  tell: (line: string) => void,
): Promise<void> {
  const { home } = sources;
  if (await isPrepared(home, arm)) return;
  await withLock(join(home.served, arm.id), async () => {
    if (await isPrepared(home, arm)) return;
    await forgetPrepared(home, arm.id);
    tell(`code of ${arm.commit.slice(0, 12)}`);
    const code = armCode(home, arm.id);
    if (await exists(code)) await sources.checkouts.remove(arm.project, code);
    await sources.checkouts.checkout({ project: arm.project, commit: arm.commit }, code);
    tell('Python environment');
    const python = await preparePython(sources, arm, code);
    tell(`files of version ${arm.version}`);
    const model = await ensureModel(sources, arm);
    await notePrepared(home, arm.id, { ...python, model });
  });
}

async function isPrepared(home: HomePaths, arm: ArmSpec): Promise<boolean> {
  const prepared = await readPrepared(home, arm.id);
  if (prepared === null) return false;
  const { model, python, environment } = prepared;
  const shared = environment ?? python;
  if (shared !== null && !(await isWhole(shared))) return false;
  const needed = [armCode(home, arm.id), model, python].filter((path) => path !== null);
  return (await Promise.all(needed.map(exists))).every(Boolean);
}

/** The shared environment, and the arm's layer over it, which holds the repository's own packages. */
async function preparePython(
  { home, pythonEnvironments }: ArmSources,
  { id, project, commit, serve }: ArmSpec,
  code: string,
): Promise<Pick<PreparedArm, 'python' | 'environment'>> {
  const { requirements, extras = [], groups = [], install = [], python } = serve;
  if (requirements.length === 0 && python === undefined) return { python: null, environment: null };
  const request: PythonRequest = {
    ...{ commit: { project, commit }, requirements, extras, groups },
    ...(python === undefined ? {} : { python }),
  };
  const environment = await pythonEnvironments.ensure(request);
  const { local } = await pythonEnvironments.lock(request);
  const folders = [...new Set([...install, ...local])];
  const layer = join(home.served, id, 'python');
  return { python: await pythonEnvironments.install({ environment, code, folders, layer }), environment };
}

/** Versions are counted anew when a registry is: the run's id in the name keeps two registries apart. */
async function ensureModel({ home, registry }: ArmSources, arm: ArmSpec): Promise<string> {
  const { model, version, runId, source } = arm;
  const folder = join(
    home.models,
    encodeURIComponent(model),
    `${encodeURIComponent(version)}-${runId.slice(0, 8)}`,
  );
  return withLock(folder, async () => {
    if (await exists(folder)) return folder;
    const draft = `${folder}.part`;
    await rm(draft, { recursive: true, force: true });
    await registry.download({ model, version, runId, source, tags: {} }, draft);
    await rename(draft, folder);
    return folder;
  });
}
