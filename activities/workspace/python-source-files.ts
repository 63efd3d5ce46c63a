import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { LonghaulError } from '../../core/errors.ts';
import type { Checkouts, CommitRef } from '../../core/ports/workspace.ts';
import type { PythonSource } from './python-sources.ts';

const include = /^\s*(?:-r|-c|--requirement|--constraint)(?:[\s=]+)(\S+)/;
const localPath = /\bpath\s*=\s*["']([^"']+)["']/g;

/**
 * Hash over every file of the commit that can change what the sources are resolved to: included requirements files, the
 * metadata of the projects that they are of or lead to. Rather a file too many than one too few, but none that only
 * tells people something.
 * @throws LonghaulError BrokenEnvironment for a file that is not in the commit
 */
export async function hashSourceFiles(
  checkouts: Pick<Checkouts, 'list' | 'read'>,
  commit: CommitRef,
  sources: readonly PythonSource[],
): Promise<string> {
  const found = new Map<string, string>();
  const projects = new Set<string>();
  let listed: Promise<Readonly<Record<string, string>>> | undefined;
  const list = () => (listed ??= checkouts.list(commit));

  const add = async (path: string, includedBy?: string): Promise<string> => {
    const text = await checkouts.read(commit, path);
    if (text === null) throw missing(path, includedBy);
    found.set(path, text);
    return text;
  };
  const addRequirements = async (path: string, includedBy?: string): Promise<void> => {
    if (found.has(path)) return;
    const text = await add(path, includedBy);
    for (const line of text.split('\n')) {
      const included = include.exec(line)?.[1];
      const isHere = included !== undefined && !included.includes('://');
      if (isHere) await addRequirements(posix.join(posix.dirname(path), included), path);
      for (const local of await localPathsOf(line, path)) await addProject(local);
    }
  };
  /** Paths are taken from the repository's root, or from the file's own folder. */
  const localPathsOf = async (line: string, file: string): Promise<readonly string[]> => {
    const path = writtenPath(line);
    if (path === undefined) return [];
    const places = [...new Set([posix.normalize(path), posix.join(posix.dirname(file), path)])];
    const files = Object.keys(await list());
    return places
      .map((place) => place.replace(/\/$/, ''))
      .filter(
        (place) => place === '.' || files.some((each) => each === place || each.startsWith(`${place}/`)),
      );
  };
  const addProject = async (folder: string): Promise<void> => {
    if (projects.has(folder) || folder.startsWith('..')) return;
    projects.add(folder);
    const manifest = posix.join(folder, 'pyproject.toml');
    const text = await checkouts.read(commit, manifest);
    found.set(manifest, text ?? '');
    if (text === null || isDynamic(text)) {
      for (const [path, content] of Object.entries(await list())) {
        if (mayMatter(posix.relative(folder, path))) found.set(path, content);
      }
    } else await addIfThere(posix.join(folder, 'uv.toml'));
    for (const [, path = ''] of (text ?? '').matchAll(localPath)) await addProject(posix.join(folder, path));
  };
  const addIfThere = async (path: string): Promise<void> => {
    const text = await checkouts.read(commit, path);
    if (text !== null) found.set(path, text);
  };

  for (const { kind, path } of sources) {
    if (kind === 'requirements') await addRequirements(path);
    else {
      await add(path);
      const folder = posix.dirname(path);
      if (kind === 'project') await addProject(folder);
      else for (const name of ['pyproject.toml', 'uv.toml']) await addIfThere(posix.join(folder, name));
    }
  }
  const hash = createHash('sha256');
  for (const { kind, path } of sources) hash.update(`${kind}\0${path}\0`);
  for (const [path, content] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${path}\0${content}\0`);
  }
  return hash.digest('hex');
}

/**
 * What may be a path in a line of a requirements file: of `-e PATH`, `NAME @ PATH`, or a path itself, which has a slash,
 * begins with a dot, or is an archive.
 */
function writtenPath(line: string): string | undefined {
  const text = line.replace(/(^|\s)#.*$/, '').trim();
  const named =
    /^(?:-e|--editable)[\s=]+(.+)$/.exec(text)?.[1] ?? /^[\w.-]+(?:\[[^\]]*\])?\s*@\s*(.+)$/.exec(text)?.[1];
  const isBarePath = !text.startsWith('-') && /^\.|\/|\.(?:whl|zip|tar\.gz)\b/.test(text);
  const path = (named ?? (isBarePath ? text : ''))
    .replace(/\s*;.*$/, '')
    .replace(/^file:(?:\/\/)?/, '')
    .replace(/\[[^\]]*\]$/, '')
    .replace(/^(["'])(.*)\1$/, '$2')
    .trim();
  return path === '' || path.includes('://') || path.startsWith('/') ? undefined : path;
}

/** Whether the dependencies come from anywhere else than the file itself: setup.py, a build backend, another file. */
function isDynamic(pyproject: string): boolean {
  const hasProject = /^\s*\[project\]/m.test(pyproject);
  const dynamic = /^\s*dynamic\s*=\s*\[([^\]]*)\]/m.exec(pyproject)?.[1] ?? '';
  return !hasProject || /dependencies/.test(dynamic);
}

/** Of a project whose metadata is made by a program, by the path relative to its folder; or an archive itself. */
function mayMatter(path: string): boolean {
  if (path === '') return true;
  if (path.startsWith('..')) return false;
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.length === 1)
    return /^version|\.(txt|in|cfg|toml|ini|lock)$|^(setup|versioneer)[\w.]*\.py$/i.test(name);
  return /require|depend/i.test(path) || /^_{0,2}(version|about|init|meta)\w*_{0,2}\.py$/i.test(name);
}

function missing(path: string, includedBy: string | undefined): LonghaulError {
  const where = includedBy === undefined ? '' : `, which ${includedBy} includes,`;
  return new LonghaulError(
    'BrokenEnvironment',
    `The requirements file ${path}${where} is not in the commit.`,
    {
      mend: 'Commit it, or correct `requirements` in longhaul.yaml.',
    },
  );
}
