import { posix } from 'node:path';
import { literalPattern } from '../../core/file-patterns.ts';
import type { Checkouts, CommitRef } from '../../core/ports/workspace.ts';
import type { StepSpec } from '../../core/step.ts';

/** Which files of the commit a step sees: patterns for a checkout, and those of its files that only settings name. */
export interface StepFiles {
  /** Absent: the whole commit. */
  readonly patterns?: readonly string[];
  /** Files besides `inputs`, sorted. */
  readonly named: readonly string[];
}

type Step = Pick<StepSpec, 'inputs' | 'requirements' | 'data' | 'install'>;

/** A step with `inputs` sees them, and the files without which its own settings would mean nothing. */
export async function stepFiles(checkouts: Checkouts, commit: CommitRef, step: Step): Promise<StepFiles> {
  if (step.inputs === undefined) return { named: [] };
  const paths = new Set(Object.keys(await checkouts.list(commit)));
  const read = (path: string): Promise<string | null> => checkouts.read(commit, path);
  const named = [
    ...step.requirements.map((file) => posix.normalize(file)),
    ...dvcFiles(step.data, paths),
    ...(await packagingFiles(step.install ?? [], paths, read)),
  ];
  const there = [...new Set(named)].filter((path) => paths.has(path)).sort();
  return { patterns: [...step.inputs, ...there.map(literalPattern)], named: there };
}

/** What DVC reads to pull the targets; all stages where a target has no file of its own. */
function dvcFiles(targets: readonly string[], paths: ReadonlySet<string>): readonly string[] {
  if (targets.length === 0) return [];
  const own = targets
    .map((target) => target.replace(/\/+$/, ''))
    .map((target) => (target.endsWith('.dvc') ? target : `${target}.dvc`));
  const stages = own.every((file) => paths.has(file)) ? [] : ['dvc.yaml', 'dvc.lock'];
  return ['.dvc/config', '.dvcignore', ...own, ...stages];
}

const packaging = ['pyproject.toml', 'setup.py', 'setup.cfg', 'MANIFEST.in'] as const;

/** The packaging files of folders, with the files beside them that they speak of, such as a readme. */
async function packagingFiles(
  folders: readonly string[],
  paths: ReadonlySet<string>,
  read: (path: string) => Promise<string | null>,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    for (const path of packaging.map((name) => posix.join(folder, name)).filter((each) => paths.has(each))) {
      const words = (await read(path))?.match(/[\w./-]+/g) ?? [];
      found.push(path, ...words.map((word) => posix.join(folder, word)).filter((each) => paths.has(each)));
    }
  }
  return found;
}
