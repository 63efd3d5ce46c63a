import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type {
  Checkouts,
  CommitRef,
  PythonEnvironments,
  PythonLock,
  PythonRequest,
} from '../../core/ports/workspace.ts';
import { readPylock } from './pylock.ts';
import { createInterpreters } from './python-interpreter.ts';
import { makeLayer } from './python-layer.ts';
import { createPythonLocks, type RecordedLock } from './python-locks.ts';
import { wheelPlatform } from './python-platform.ts';
import { resolveSources } from './python-resolve.ts';
import { hashSourceFiles } from './python-source-files.ts';
import { readSources } from './python-sources.ts';
import { isWhole } from './python-stamp.ts';
import { createUv, type Uv } from './uv.ts';
import { environmentStamp } from '../../local/caches/entries.ts';
import type { CacheHome } from '../../local/caches/places.ts';
import { withLock } from '../../local/with-lock.ts';

/** Changes when the same sources are to be resolved anew. */
const format = 2;

/**
 * Virtual environments of this machine, made by uv from locks that the store keeps, so that all runs with the same lock
 * share one. An environment counts once its stamp is written; one left half-made is made anew.
 */
export function createPythonEnvironments(options: {
  readonly home: CacheHome;
  /** Path of uv, asked for when it is first needed. */
  readonly uv: () => string;
  readonly checkouts: Checkouts;
  readonly store: ArtifactStore;
}): PythonEnvironments {
  const { checkouts, home, store } = options;
  const folder = home.pythonEnvironments;
  const uv = createUv(options.uv, home);
  const interpreterOf = createInterpreters(uv, checkouts);
  const locks = createPythonLocks(store);

  const lockOf = async (request: PythonRequest, again = false): Promise<RecordedLock> => {
    const sources = readSources(request.requirements);
    const { extras, groups, commit } = request;
    const version = await interpreterOf(request);
    const files = await hashSourceFiles(checkouts, commit, sources);
    const key = createHash('sha256')
      .update(JSON.stringify([format, version, wheelPlatform(), extras, groups, files]))
      .digest('hex');
    const known = again ? null : await locks.find(key);
    if (known !== null) return known;
    const place = join(folder, `lock-${key.slice(0, 24)}`);
    return withLock(place, async () => {
      const meanwhile = again ? null : await locks.find(key);
      if (meanwhile !== null) return meanwhile;
      return withCheckout(checkouts, commit, place, async (code) => {
        const given = { uv, code, sources, extras, groups, version };
        const text = sources.length === 0 ? '' : await resolveSources(given);
        return locks.keep(key, version, readPylock(text, code));
      });
    });
  };

  const environmentOf = ({ digest }: RecordedLock): string =>
    join(folder, digest.slice('sha256:'.length).slice(0, 24));

  /** A lock whose environment is there, or can be made: one whose text was lost is resolved anew. */
  const usableLockOf = async (request: PythonRequest): Promise<RecordedLock> => {
    const lock = await lockOf(request);
    const isUsable = (await isWhole(environmentOf(lock))) || (await store.has(lock.text));
    return isUsable ? lock : lockOf(request, true);
  };

  return {
    lock: async (request) => publicPart(await lockOf(request)),

    async ensure(request) {
      const lock = await usableLockOf(request);
      const environment = environmentOf(lock);
      await withLock(environment, async () => {
        if (await isWhole(environment)) return;
        const text = await store.getText(lock.text);
        const fill = (at: string): Promise<void> => build({ uv, environment, lock, text, at });
        await (lock.needsCode
          ? withCheckout(checkouts, request.commit, `${environment}.sources`, fill)
          : withFolder(`${environment}.sources`, fill));
        await writeFile(join(environment, environmentStamp), `${request.requirements.join(' ')}\n`);
      });
      return environment;
    },

    async install(given) {
      await makeLayer({ uv, ...given });
      return given.layer;
    },
  };
}

const publicPart = ({ digest, version, packages, local }: RecordedLock): PythonLock => ({
  ...{ digest, version, packages, local },
});

async function withCheckout<T>(
  checkouts: Checkouts,
  commit: CommitRef,
  folder: string,
  work: (code: string) => Promise<T>,
): Promise<T> {
  try {
    await checkouts.remove(commit.project, folder);
    await checkouts.checkout(commit, folder);
    return await work(folder);
  } finally {
    await checkouts.remove(commit.project, folder);
  }
}

async function withFolder(folder: string, work: (folder: string) => Promise<void>): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `at`: where the lock's text is put, beside the files of the repository that it names, if any. */
async function build(plan: {
  readonly uv: Uv;
  readonly environment: string;
  readonly lock: RecordedLock;
  readonly text: string;
  readonly at: string;
}): Promise<void> {
  const { uv, environment, lock, text, at } = plan;
  await rm(environment, { recursive: true, force: true });
  await uv(['venv', '--quiet', '--no-project', '--python', lock.version, environment]);
  if (lock.packages === 0) return;
  const file = join(at, 'pylock.longhaul.toml');
  await writeFile(file, text);
  const python = join(environment, 'bin', 'python');
  await uv(['pip', 'sync', '--quiet', '--preview-features', 'pylock', '--python', python, file]);
}
