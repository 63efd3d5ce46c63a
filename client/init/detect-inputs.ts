import { filePatterns } from '../../core/file-patterns.ts';
import type { Packaging } from './packaging.ts';
import { pytestSettings } from './pytest-settings.ts';
import type { RepositoryView } from './repository-view.ts';

/** Which files the steps see, as patterns, and what was kept for a reason. */
export interface InputsFound {
  readonly patterns: readonly string[];
  readonly why: readonly string[];
}

/** Written for people or for other tools: a change of these changes no result, unless something reads them. */
const candidates: readonly string[] = [
  '**/*.md',
  '**/*.rst',
  'docs',
  'doc',
  '.github',
  '.circleci',
  '.vscode',
  '.idea',
  'images',
  'LICENSE',
  '.gitignore',
  '.pre-commit-config.yaml',
  '.readthedocs.yml',
  '.readthedocs.yaml',
  'mkdocs.yml',
  'mkdocs.yaml',
  'CITATION.cff',
];

/** All files but those that no step is known to read. Without any to leave out: null. */
export function detectInputs(view: RepositoryView, packaging: Packaging): InputsFound | null {
  const { files } = view;
  const sources = files
    .filter((path) => /(^|\/)(tests?\/.*|test_[^/]*|conftest)\.py$|^(setup\.py|noxfile\.py)$/.test(path))
    .map((path) => view.read(path) ?? '');
  const testpaths = pytestSettings(view).testpaths;
  const isRead = (pattern: string): boolean =>
    testpaths.some((path) => path === pattern || path.startsWith(`${pattern}/`)) ||
    sources.some((text) => mentions(text, pattern));
  const left = candidates.filter((pattern) => files.some(filePatterns([pattern])) && !isRead(pattern));
  if (left.length === 0) return null;
  const leaves = filePatterns(left);
  const kept = packaging.read.filter((path) => leaves(path));
  return {
    patterns: ['.', ...left.map((pattern) => `!${pattern}`), '!longhaul.yaml', ...kept],
    why: [
      'A change of what is left out here runs nothing again, and no step sees it.',
      ...(kept.length === 0 ? [] : [`The packaging reads ${kept.join(', ')}.`]),
    ],
  };
}

function mentions(text: string, pattern: string): boolean {
  if (pattern.startsWith('**/*'))
    return text.includes(`${pattern.slice(4)}"`) || text.includes(`${pattern.slice(4)}'`);
  return new RegExp(`["'/]${pattern.replaceAll('.', '\\.')}["'/]`).test(text);
}
