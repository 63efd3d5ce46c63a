import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mostFindings, stepFindings } from '../../../core/annotations/step-findings.ts';
import { repositoryPath } from '../../../core/annotations/paths.ts';
import type { StepOutcome } from '../../../core/step.ts';

const facts = { seconds: 1, documents: [], notes: [] };
const failed: StepOutcome = { status: 'failed', reason: 'exit code 1', lastLines: [], ...facts };
const passed: StepOutcome = { status: 'passed', outputs: [], ...facts };

describe('paths', () => {
  test.each([
    ['src/a.py', 'src/a.py'],
    ['./src/a.py', 'src/a.py'],
    ['/srv/longhaul/worktrees/0123456789abcdef-12/code/src/a.py', 'src/a.py'],
    ['/srv/longhaul/python/0f1e/lib/python3.11/site-packages/pytest.py', null],
    ['.venv/lib/a.py', null],
    ['../other/a.py', null],
    ['<frozen importlib._bootstrap>', null],
    ['/etc/passwd', null],
    ['C:\\code\\a.py', null],
  ])('%s', (told, path) => {
    expect(repositoryPath(told)).toBe(path);
  });
});

test('at most 200, failures first, and the rest is counted', () => {
  const notes = Array.from({ length: 150 }, (_, line) => `::notice file=src/n.py,line=${line + 1}::look`);
  const errors = Array.from({ length: 150 }, (_, line) => `src/a.py:${line + 1}:1: F401 unused`);
  const { annotations, more } = stepFindings({
    outcome: failed,
    log: [...notes, ...errors].join('\n'),
    documents: [],
  });
  expect(annotations).toHaveLength(mostFindings);
  expect(annotations.slice(0, 150).every(({ level }) => level === 'failure')).toBe(true);
  expect(more).toBe(100);
});

test('the same told twice, by two commands or two tries, is one', () => {
  const log = ['src/a.py:1:1: F401 `os` unused', './src/a.py:1:1: F401 `os` unused'].join('\n');
  expect(stepFindings({ outcome: failed, log, documents: [] }).annotations).toHaveLength(1);
});

test('what did not fail its step warns', () => {
  const { annotations } = stepFindings({ outcome: passed, log: 'src/a.py:1:1: F401 unused', documents: [] });
  expect(annotations.map(({ level }) => level)).toEqual(['warning']);
});

test('words that a test printed are no place of its failure', () => {
  const log = [
    '=== FAILURES ===',
    '___ test_a ___',
    '',
    '>   assert False',
    'E   assert False',
    '',
    'tests/test_a.py:3: AssertionError',
    '----- Captured stdout call -----',
    'tests/test_a.py:99: all is well',
    '=== short test summary info ===',
    'FAILED tests/test_a.py::test_a - assert False',
  ].join('\n');
  const { annotations } = stepFindings({ outcome: failed, log, documents: [] });
  expect(annotations).toMatchObject([{ startLine: 3, title: 'test_a failed' }]);
});

test('no output whatever breaks what a forge takes', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      'src/a.py',
      ':1:',
      ':99999999999999999999:',
      ': error: ',
      ' --> ',
      'F401 ',
      '::error ',
      '[',
      ']',
      '{',
    ),
    fc.constantFrom(
      '=== FAILURES ===\n',
      '\n___ t ___\n',
      '\nE   x',
      'FAILED ',
      '::',
      '\u001b[31m',
      '\u202e',
      '\n',
      ' - ',
    ),
  );
  const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(text, text, fc.constantFrom('a.xml', 'a.md', 'a.json'), (log, document, name) => {
      const { annotations } = stepFindings({ outcome: failed, log, documents: [{ name, text: document }] });
      for (const each of annotations) {
        expect(repositoryPath(each.path)).toBe(each.path);
        expect(each.startLine).toBeGreaterThanOrEqual(1);
        expect(each.endLine).toBeGreaterThanOrEqual(each.startLine);
        if (each.startColumn !== undefined) expect(each.startLine).toBe(each.endLine);
        expect(each.title).toMatch(/^.{0,200}$/u);
        expect(each.message).toMatch(/\S/);
        expect(each.message + each.title).not.toMatch(/(?![\t\n])\p{Cc}|\u202e/u);
      }
    }),
    { numRuns: 200 },
  );
});
