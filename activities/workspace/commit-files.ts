import { filePatterns } from '../../core/file-patterns.ts';
import { gitOrFail } from './git-program.ts';

/** Path to `mode blob-id`, by path. */
export type FilesOfCommit = Readonly<Record<string, string>>;

/** All files of a commit of a bare repository. */
export async function filesOfCommit(mirror: string, commit: string): Promise<FilesOfCommit> {
  const listed = await gitOrFail(['--git-dir', mirror, 'ls-tree', '-r', '-z', commit]);
  const lines = listed.split('\0').filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [mode = '', , blob = ''] = line.slice(0, line.indexOf('\t')).split(' ');
      return [line.slice(line.indexOf('\t') + 1), `${mode} ${blob}`] as const;
    }),
  );
}

/** The files that the patterns choose, and the `.gitattributes` that decide how these are written. */
export function chooseFiles(files: FilesOfCommit, patterns: readonly string[]): FilesOfCommit {
  const chooses = filePatterns(patterns);
  const chosen = Object.keys(files).filter(chooses);
  const folders = new Set(chosen.flatMap(foldersAbove));
  const attributes = Object.keys(files).filter(
    (path) => /(^|\/)\.gitattributes$/.test(path) && folders.has(path.slice(0, -'.gitattributes'.length)),
  );
  const wanted = new Set([...chosen, ...attributes]);
  return Object.fromEntries(Object.entries(files).filter(([path]) => wanted.has(path)));
}

/** `a/b/c.txt` gives ``, `a/` and `a/b/`. */
const foldersAbove = (path: string): readonly string[] =>
  path.split('/').map((_, depth, names) =>
    names
      .slice(0, depth)
      .map((name) => `${name}/`)
      .join(''),
  );
