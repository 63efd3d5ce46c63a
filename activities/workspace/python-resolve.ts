import { readFile } from 'node:fs/promises';
import { posix, join } from 'node:path';
import { LonghaulError } from '../../core/errors.ts';
import type { PythonSource } from './python-sources.ts';
import type { Uv } from './uv.ts';

/** Pinned, so that the same lock is read in the same way for years. */
const poetry = { program: 'poetry==2.5.1', plugin: 'poetry-plugin-export==1.10.1' };

export interface Resolving {
  readonly uv: Uv;
  /** A checkout of the commit, which this may write into. */
  readonly code: string;
  readonly sources: readonly PythonSource[];
  readonly extras: readonly string[];
  readonly groups: readonly string[];
  /** Full version of the interpreter. */
  readonly version: string;
}

/**
 * Resolves the sources to the text of a lock (PEP 751, `pylock.toml`) whose paths are relative to the checkout.
 * @throws LonghaulError BrokenEnvironment, Unreachable
 */
export async function resolveSources(given: Resolving): Promise<string> {
  const { sources, extras, groups } = given;
  const projects = sources.filter(({ kind }) => kind !== 'requirements');
  if (projects.length === 0 && extras.length + groups.length > 0) {
    throw new LonghaulError(
      'BrokenEnvironment',
      `Requirements files have no extras and groups (${[...extras, ...groups].join(', ')}).`,
      { mend: 'Name the pyproject.toml, uv.lock or poetry.lock that has them among `requirements`.' },
    );
  }
  const [first] = sources;
  const lock = join(given.code, 'pylock.longhaul.toml');
  if (sources.length === 1 && first?.kind === 'uvLock') await exportUvLock(given, first.path, lock);
  else await compile(given, lock);
  return readFile(lock, 'utf8');
}

/** All sources at once, locks among them as the requirements that they come to. */
async function compile(given: Resolving, lock: string): Promise<void> {
  const { uv, code, sources, extras, groups, version } = given;
  const files: string[] = [];
  const options: string[] = [];
  for (const [index, { kind, path }] of sources.entries()) {
    const exported = join(code, `longhaul-${index}.txt`);
    if (kind === 'uvLock') await exportUvLock(given, path, exported);
    if (kind === 'poetryLock') await exportPoetryLock(given, path, exported);
    files.push(kind === 'uvLock' || kind === 'poetryLock' ? exported : path);
    if (kind === 'project') {
      const project = posix.join(posix.dirname(path), 'pyproject.toml');
      options.push(...groups.flatMap((group) => ['--group', `${project}:${group}`]));
    }
  }
  if (sources.some(({ kind }) => kind === 'project')) {
    options.push(...extras.flatMap((extra) => ['--extra', extra]));
  }
  await uv(
    [
      ...['pip', 'compile', '--quiet', '--no-header', '--no-annotate', '--format', 'pylock.toml'],
      ...['--python', version, ...options, '--output-file', lock, ...files],
    ],
    { folder: code, what: `resolve ${sources.map(({ path }) => path).join(', ')}` },
  );
}

/** What uv.lock says, without the project itself; its format follows from the name of the file. */
async function exportUvLock(
  { uv, code, extras, groups, version }: Resolving,
  path: string,
  file: string,
): Promise<void> {
  const asked = [
    ...extras.flatMap((extra) => ['--extra', extra]),
    ...groups.flatMap((group) => ['--group', group]),
  ];
  await uv(
    [
      ...['export', '--quiet', '--frozen', '--no-emit-project', '--no-default-groups', '--no-header'],
      ...['--no-annotate', '--python', version, ...asked, '--output-file', file],
    ],
    {
      folder: join(code, posix.dirname(path)),
      what: `read ${path}`,
      mend: 'Write it anew with `uv lock`, or correct `extras` and `groups` in longhaul.yaml.',
    },
  );
}

/** By poetry itself, which alone knows what its lock means; main dependencies, and the extras and groups asked for. */
async function exportPoetryLock(
  { uv, code, extras, groups }: Resolving,
  path: string,
  file: string,
): Promise<void> {
  const asked = [
    ...extras.flatMap((extra) => ['--extras', extra]),
    ...(groups.length === 0 ? [] : ['--with', groups.join(',')]),
  ];
  await uv(
    [
      ...['tool', 'run', '--quiet', '--from', poetry.program, '--with', poetry.plugin, 'poetry', 'export'],
      ...['--format', 'requirements.txt', '--output', file, ...asked],
    ],
    {
      folder: join(code, posix.dirname(path)),
      env: { POETRY_NO_INTERACTION: '1' },
      what: `read ${path}`,
      mend: 'Write it anew with `poetry lock`, or correct `extras` and `groups` in longhaul.yaml.',
    },
  );
}
