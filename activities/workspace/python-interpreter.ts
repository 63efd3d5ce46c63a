import { posix } from 'node:path';
import { LonghaulError } from '../../core/errors.ts';
import type { Checkouts, PythonRequest } from '../../core/ports/workspace.ts';
import { isWithin, requiredPython } from '../../core/python-version.ts';
import { readSources } from './python-sources.ts';
import type { Uv } from './uv.ts';

/**
 * Chooses the interpreter of a request and resolves to its full version: the one asked for, else one that the project
 * allows, else what the machine has. What was found holds for the life of the process.
 * @throws LonghaulError BrokenEnvironment when none is to be had, or the project does not allow the one asked for
 */
export function createInterpreters(
  uv: Uv,
  checkouts: Pick<Checkouts, 'read'>,
): (request: PythonRequest) => Promise<string> {
  const found = new Map<string, Promise<string>>();

  const find = (wanted: string): Promise<string> => {
    const known = found.get(wanted);
    if (known !== undefined) return known;
    const finding = findVersion(uv, wanted);
    found.set(wanted, finding);
    finding.catch(() => found.delete(wanted));
    return finding;
  };

  return async ({ commit, requirements, python }) => {
    const [source] = readSources(requirements).filter(({ kind }) => kind !== 'requirements');
    const manifest = source === undefined ? null : posix.join(posix.dirname(source.path), 'pyproject.toml');
    const text = manifest === null ? null : await checkouts.read(commit, manifest);
    const range = text === null ? null : requiredPython(text);
    const version = await find(python ?? range ?? '');
    if (range === null || manifest === null || isWithin(version, range)) return version;
    throw new LonghaulError(
      'BrokenEnvironment',
      `${manifest} allows Python ${range}, but the environment is to have ${version}.`,
      { mend: 'Correct `python.version` in longhaul.yaml, or `requires-python`.' },
    );
  };
}

/** Of this machine; else uv gets it, where it may. */
async function findVersion(uv: Uv, wanted: string): Promise<string> {
  const asked = wanted === '' ? [] : [wanted];
  const named = wanted === '' ? 'Python' : `Python ${wanted}`;
  const find = async (): Promise<string> => {
    const printed = await uv(['python', 'find', '--no-project', '--show-version', ...asked], {
      what: `find ${named} on this worker`,
      mend: 'Install it on the worker, or correct `python.version` in longhaul.yaml.',
    });
    const version = /^\d+\.\d+\.\d+\S*$/m.exec(printed)?.[0];
    if (version === undefined) throw new Error(`uv names no version of Python: ${printed}`);
    return version;
  };
  return find().catch(async (error: unknown) => {
    const got = await uv(['python', 'install', '--quiet', ...asked]).catch(() => null);
    if (got === null) throw error;
    return find();
  });
}
