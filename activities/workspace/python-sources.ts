import { posix } from 'node:path';
import { LonghaulError } from '../../core/errors.ts';

/** What a file that names packages is, by its name. */
export type PythonSource =
  | { readonly kind: 'requirements' | 'project'; readonly path: string }
  | { readonly kind: 'uvLock' | 'poetryLock'; readonly path: string };

/**
 * The sources of an environment in their order. A project's own files count for nothing beside its lock, which says the
 * same more exactly.
 * @throws LonghaulError BrokenEnvironment for a conda file, or a path out of the repository
 */
export function readSources(requirements: readonly string[]): readonly PythonSource[] {
  const sources = requirements.map((path) => sourceAt(posix.normalize(path)));
  const locked = new Set(
    sources
      .filter(({ kind }) => kind === 'uvLock' || kind === 'poetryLock')
      .map(({ path }) => posix.dirname(path)),
  );
  return sources.filter(({ kind, path }) => kind !== 'project' || !locked.has(posix.dirname(path)));
}

const projectFiles: readonly string[] = ['pyproject.toml', 'setup.py', 'setup.cfg'];

function sourceAt(path: string): PythonSource {
  if (posix.isAbsolute(path) || path.startsWith('..')) {
    throw new LonghaulError(
      'BrokenEnvironment',
      `The requirements file ${path} is outside of the repository.`,
    );
  }
  const name = posix.basename(path);
  if (/^(environment|conda)[\w.-]*\.ya?ml$/.test(name)) {
    throw new LonghaulError('BrokenEnvironment', `${path} is a file of conda, which Longhaul does not use.`, {
      mend: 'Name its packages in a requirements file, and give that to `requirements`.',
    });
  }
  if (name === 'uv.lock') return { kind: 'uvLock', path };
  if (name === 'poetry.lock') return { kind: 'poetryLock', path };
  return { kind: projectFiles.includes(name) ? 'project' : 'requirements', path };
}
