import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { LonghaulError } from '../../core/errors.ts';

/** A file or folder that DVC tracks, as the commit states it. */
export interface TrackedData {
  /** As `longhaul.yaml` names it. */
  readonly target: string;
  /** Relative to the repository. */
  readonly path: string;
  /** MD5 of the file, or of the list of the folder's files. */
  readonly md5: string;
  readonly isFolder: boolean;
}

/** Text of a file of the repository by its path: of a folder, or of a commit; null when there is none. */
export type ReadText = (path: string) => Promise<string | null>;

interface DvcOutput {
  readonly path?: string;
  readonly md5?: string;
  readonly hash?: string;
}

/**
 * What the targets are, read from the files that DVC keeps in git: `X` or `X.dvc`, or a stage or output of
 * `dvc.lock`.
 * @throws LonghaulError DataUnavailable for a target that is not tracked, or so that it cannot be verified
 */
export async function readTrackedData(
  read: ReadText,
  targets: readonly string[],
): Promise<readonly TrackedData[]> {
  const found = await Promise.all(targets.map((target) => readTarget(read, target.replace(/\/+$/, ''))));
  return found.flat();
}

async function readTarget(read: ReadText, target: string): Promise<readonly TrackedData[]> {
  const file = target.endsWith('.dvc') ? target : `${target}.dvc`;
  const own = await read(file);
  if (own !== null) {
    const { outs = [], wdir = '.' } = (parse(own) ?? {}) as { outs?: DvcOutput[]; wdir?: string };
    return outs.map((output) => toTracked(target, join(dirname(file), wdir), output));
  }
  const lock = await read('dvc.lock');
  if (lock !== null) {
    const { stages = {} } = (parse(lock) ?? {}) as { stages?: Record<string, { outs?: DvcOutput[] }> };
    const outputs =
      stages[target]?.outs ??
      Object.values(stages).flatMap(({ outs = [] }) => outs.filter(({ path }) => path === target));
    if (outputs.length > 0) return outputs.map((output) => toTracked(target, '.', output));
  }
  throw new LonghaulError('DataUnavailable', `The data ${target} is not tracked by DVC in this commit.`, {
    mend: `Run \`dvc add\` and commit ${file}, or correct \`data\` in longhaul.yaml.`,
  });
}

function toTracked(target: string, folder: string, { path, md5, hash }: DvcOutput): TrackedData {
  if (path === undefined || md5 === undefined || hash !== 'md5') {
    throw new LonghaulError('DataUnavailable', `The data ${target} has no MD5 of DVC 3 to verify it by.`, {
      mend: 'Run `dvc add` on it with DVC 3, and commit.',
    });
  }
  const isFolder = md5.endsWith('.dir');
  return { target, path: join(folder, path), md5: md5.replace(/\.dir$/, ''), isFolder };
}
