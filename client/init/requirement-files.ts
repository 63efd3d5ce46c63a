import type { Installs } from './installs.ts';
import type { Packaging } from './packaging.ts';
import type { RepositoryView } from './repository-view.ts';
import { readRequirements } from './requirement-names.ts';

/** The files that the automation installs, else those whose names say that they are for all or for development. */
export function requirementFiles({
  view,
  installs,
  packaging,
}: {
  readonly view: RepositoryView;
  readonly installs: Installs;
  readonly packaging: Packaging;
}): readonly string[] {
  const there = installs.requirementFiles.filter((path) => view.files.includes(path));
  if (there.length > 0) return withoutIncluded(view, there);
  if (isLock(packaging) || installs.self) return [];
  const main = mainRequirements(view, packaging.source === undefined);
  const more = view.files.filter((path) =>
    /^(requirements[-_.]?(dev|test|tests|ci|lint)\w*|(dev|test|ci)[-_]requirements|requirements\/(dev|development|test|tests|testing|ci|lint)|tests?\/requirements)\.txt$/.test(
      path,
    ),
  );
  const declaresItself = packaging.dependencies.length > 0;
  return withoutIncluded(view, [...(declaresItself ? [] : main), ...more]);
}

/** In the root, or where a project has none there, the one that lies least deep. */
function mainRequirements({ files }: RepositoryView, anywhere: boolean): readonly string[] {
  const root = files.filter((path) =>
    /^(requirements\.txt|requirements\/(base|main|common|requirements)\.txt)$/.test(path),
  );
  if (root.length > 0 || !anywhere) return root;
  return files
    .filter((path) => path.endsWith('/requirements.txt') && !/(^|\/)(docs?|examples?|tests?)\//.test(path))
    .toSorted((a, b) => a.split('/').length - b.split('/').length)
    .slice(0, 1);
}

/** A file that another one includes need not be named. */
function withoutIncluded(view: RepositoryView, files: readonly string[]): readonly string[] {
  const included = new Set(files.flatMap((file) => allIncluded(view, file)));
  return files.filter((file) => !included.has(file));
}

/** Files that a requirements file includes, and those that these include. */
export function allIncluded(
  view: RepositoryView,
  file: string,
  seen: readonly string[] = [],
): readonly string[] {
  if (seen.includes(file)) return [];
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : '';
  const direct = readRequirements(view.read(file) ?? '').includes.map((path) => resolve(folder, path));
  return direct.flatMap((path) => [path, ...allIncluded(view, path, [...seen, file])]);
}

const resolve = (folder: string, path: string): string => {
  const parts: string[] = [];
  for (const part of `${folder}${path}`.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
};

/** Whether the project says exactly what its environment is. */
export const isLock = ({ source }: Packaging): boolean => source === 'uv.lock' || source === 'poetry.lock';
