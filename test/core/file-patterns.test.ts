import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filePatterns, idlePatterns, literalPattern } from '../../core/file-patterns.ts';

const chosen = (patterns: readonly string[], paths: readonly string[]): readonly string[] =>
  paths.filter(filePatterns(patterns));

const paths = [
  'README.md',
  'docs/index.md',
  'docs/api/model.md',
  'src/model.py',
  'src/flights/features.py',
  'src/flights/data/schema.json',
  'srcs/other.py',
  'tests/unit/test_model.py',
  'tests/conftest.py',
];

test.each([
  [['src'], ['src/model.py', 'src/flights/features.py', 'src/flights/data/schema.json']],
  [['src/'], ['src/model.py', 'src/flights/features.py', 'src/flights/data/schema.json']],
  [['./src/*.py'], ['src/model.py']],
  [['src/*'], ['src/model.py', 'src/flights/features.py', 'src/flights/data/schema.json']],
  [
    ['**/*.py'],
    [
      'src/model.py',
      'src/flights/features.py',
      'srcs/other.py',
      'tests/unit/test_model.py',
      'tests/conftest.py',
    ],
  ],
  [['*.md'], ['README.md']],
  [
    ['src', '!src/flights', 'src/flights/data'],
    ['src/model.py', 'src/flights/data/schema.json'],
  ],
  [['!docs'], []],
  [
    ['.', '!**/*.py', '!docs'],
    ['README.md', 'src/flights/data/schema.json'],
  ],
  [['tests/**/test_*.py'], ['tests/unit/test_model.py']],
  [['src**/o*.py'], ['srcs/other.py']],
  [['doc[!a-r]'], ['docs/index.md', 'docs/api/model.md']],
])('%j', (patterns, expected) => {
  expect(chosen(patterns, paths)).toEqual(expected);
});

test('a pattern that touches nothing is told', () => {
  expect(idlePatterns(['src', 'sorce', '!docs', '!nothing'], paths)).toEqual(['sorce', '!nothing']);
});

const name = fc
  .string({
    unit: fc.constantFrom('a', 'b', '.', '-', '[', '!', '*', '\\', 'é', ' '),
    minLength: 1,
    maxLength: 3,
  })
  .filter((text) => text !== '.' && text !== '..');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));

test('a literal pattern chooses its path and no other', () => {
  fc.assert(
    fc.property(path, path, (one, other) => {
      const chooses = filePatterns([literalPattern(one)]);
      expect(chooses(one)).toBe(true);
      expect(chooses(other)).toBe(other === one || other.startsWith(`${one}/`));
    }),
  );
});

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhaul-patterns-'));
  execFileSync('git', ['init', '--quiet', folder]);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What git's own .gitignore makes of a pattern at the root. */
function chosenByGit(pattern: string, files: readonly string[]): readonly string[] {
  writeFileSync(join(folder, 'patterns'), `/${pattern}\n`);
  const entries = files.map((file) => `100644 ${'0'.repeat(39)}1 0\t${file}\0`).join('');
  const git = (args: readonly string[], input = ''): string =>
    execFileSync('git', [...args], { cwd: folder, input, encoding: 'utf8' });
  git(['read-tree', '--empty']);
  git(['update-index', '-z', '--index-info'], entries);
  return git(['ls-files', '-z', '--cached', '--ignored', '--exclude-from=patterns'])
    .split('\0')
    .filter((file) => file !== '');
}

test('a single pattern chooses what git would', () => {
  const word = fc
    .string({ unit: fc.constantFrom('a', 'b', 'c', '.'), minLength: 1, maxLength: 2 })
    .filter((text) => !/^\.+$/.test(text));
  const file = fc.array(word, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
  const part = fc.oneof(word, fc.constantFrom('*', '**', 'a*', '?', '*b', '[ab]', '[!a]*', '[b-c]'));
  const pattern = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  fc.assert(
    fc.property(pattern, fc.uniqueArray(file, { minLength: 1, maxLength: 12 }), (given, files) => {
      const possible = files.filter((each) => !files.some((other) => other.startsWith(`${each}/`)));
      expect(chosen([given], possible).toSorted()).toEqual(chosenByGit(given, possible).toSorted());
    }),
    { numRuns: 150 },
  );
}, 30_000);
