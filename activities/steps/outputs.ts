import { lstat, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';
import type { OutputRef } from '../../core/artifact.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import { runProgram } from '../workspace/run-program.ts';
import { toolEnvironment } from '../workspace/tool-environment.ts';
import type { AttemptFolders } from './attempt-folders.ts';

export interface StoredOutputs {
  readonly outputs: readonly OutputRef[];
  /** Declared outputs that the commands did not leave. */
  readonly missing: readonly string[];
}

/** Puts the declared outputs into the store. Each is looked for in the worktree, then in the output folder. */
export async function storeOutputs(
  store: ArtifactStore,
  folders: AttemptFolders,
  declared: readonly string[],
): Promise<StoredOutputs> {
  const outputs: OutputRef[] = [];
  const missing: string[] = [];
  for (const path of declared) {
    const found = await firstThatExists([within(folders.code, path), within(folders.output, path)]);
    if (found === null) missing.push(path);
    else outputs.push(await storeOutput(store, folders, path, found));
  }
  return { outputs, missing };
}

async function storeOutput(
  store: ArtifactStore,
  folders: AttemptFolders,
  path: string,
  source: string,
): Promise<OutputRef> {
  if (!(await stat(source)).isDirectory()) {
    return { path, kind: 'file', artifact: await store.putFile(source, path) };
  }
  const archive = join(folders.temporary, 'output.tar');
  await packFolder(source, archive);
  const artifact = await store.putFile(archive, `${path}.tar`);
  await rm(archive);
  return { path, kind: 'folder', artifact };
}

/**
 * The outputs of earlier steps as they are placed, whichever is named first: a folder before what lies in it. Of two at
 * one path, the later holds.
 */
export function placedInputs(inputs: readonly OutputRef[]): readonly OutputRef[] {
  const byPath = new Map(inputs.map((input) => [posix.normalize(input.path).replace(/\/$/, ''), input]));
  return [...byPath]
    .map(([path, { kind, artifact }]) => ({ path, kind, artifact }))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** Puts outputs of earlier steps at their paths in the worktree, over what the commit has there. */
export async function placeInputs(
  store: ArtifactStore,
  folders: AttemptFolders,
  inputs: readonly OutputRef[],
): Promise<void> {
  for (const { path, kind, artifact } of placedInputs(inputs)) {
    const place = within(folders.code, path);
    await rm(place, { recursive: true, force: true });
    if (kind === 'file') {
      await store.getFile(artifact.digest, place);
      continue;
    }
    const archive = join(folders.temporary, 'input.tar');
    await store.getFile(artifact.digest, archive);
    await mkdir(place, { recursive: true });
    await tar(['-xf', archive, '--no-same-owner', '-C', place]);
    await rm(archive);
  }
}

/**
 * What GNU tar needs to leave out what differs between hosts and runs: when a file was written (2000, since zip knows
 * no time before 1980), by whom, with which umask, and whether it is a link into a cache.
 */
const sameForSameContent =
  process.platform === 'linux'
    ? [
        ...['--format=gnu', '--mtime=2000-01-01T00:00:00Z', '--owner=0', '--group=0', '--numeric-owner'],
        ...['--mode=u=rwX,go=rX', '--hard-dereference'],
      ]
    : [];

/** Files in one order, empty folders too, so that equal folders of any two hosts are one artifact. */
async function packFolder(folder: string, archive: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.map((entry) => ({
    entry,
    path: relative(folder, join(entry.parentPath, entry.name)),
  }));
  const filled = new Set(paths.map(({ path }) => dirname(path)));
  const wanted = paths
    .filter(({ entry, path }) => !entry.isDirectory() || !filled.has(path))
    .map(({ path }) => `./${path}`)
    .sort();
  const list = `${archive}.list`;
  await writeFile(list, wanted.join('\0'));
  await tar(['-cf', archive, ...sameForSameContent, '-C', folder, '--null', '-T', list]);
  await rm(list);
}

async function tar(args: readonly string[]): Promise<void> {
  const { code, stderr } = await runProgram('tar', args, { env: toolEnvironment([]) });
  if (code !== 0) throw new Error(`tar ${args.join(' ')} failed: ${stderr.trim()}`);
}

function within(folder: string, path: string): string {
  const place = resolve(folder, path);
  if (place.startsWith(folder + sep)) return place;
  throw new Error(`The path ${path} leads out of its folder.`);
}

async function firstThatExists(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    if (
      await lstat(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return null;
}
