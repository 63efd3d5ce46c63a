import { posix } from 'node:path';
import { filePatterns, literalPattern } from '../../core/file-patterns.ts';
import type { CommitRef } from '../../core/ports/workspace.ts';
import type { StepSpec } from '../../core/step.ts';
import type { Workspace } from '../workspace/index.ts';
import { pythonRequestOf } from './python-request.ts';

/** Which files of the commit a step sees: patterns for a checkout, and those of its files that only settings name. */
export interface StepFiles {
  /** Absent: the whole commit. */
  readonly patterns?: readonly string[];
  /** Files besides `inputs`, sorted. */
  readonly named: readonly string[];
}

type Step = Pick<StepSpec, 'inputs' | 'requirements' | 'extras' | 'groups' | 'python' | 'data' | 'install'>;
type Places = Pick<Workspace, 'checkouts' | 'pythonEnvironments'>;

/** A step with `inputs` sees them, and the files without which its own settings would mean nothing. */
export async function stepFiles(workspace: Places, commit: CommitRef, step: Step): Promise<StepFiles> {
  const { inputs } = step;
  if (inputs === undefined) return { named: [] };
  const paths = new Set(Object.keys(await workspace.checkouts.list(commit)));
  const read = (path: string): Promise<string | null> => workspace.checkouts.read(commit, path);
  const plain = [...step.requirements.map((file) => posix.normalize(file)), ...dvcFiles(step.data, paths)];
  const chooses = filePatterns([...inputs, ...plain.map(literalPattern)]);
  const seen = (folder: string): boolean =>
    packaging.some((name) => paths.has(posix.join(folder, name)) && chooses(posix.join(folder, name)));
  const packages = [...(step.install ?? []), ...(await localPackages(workspace, commit, step)).filter(seen)];
  const named = [...plain, ...(await packagingFiles(packages, paths, read))];
  const there = [...new Set(named)].filter((path) => paths.has(path)).sort();
  return { patterns: [...inputs, ...there.map(literalPattern)], named: there };
}

/** Folders that the requirements name as packages; where they cannot be resolved, making the environment says why. */
async function localPackages(workspace: Places, commit: CommitRef, step: Step): Promise<readonly string[]> {
  const request = pythonRequestOf(commit, step);
  if (request === null) return [];
  return workspace.pythonEnvironments.lock(request).then(
    ({ local }) => local,
    () => [],
  );
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
