import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stepFindings } from '../../../core/annotations/step-findings.ts';
import type { StepFindings } from '../../../core/annotations/step-findings.ts';
import type { Annotation } from '../../../core/ports/forge.ts';
import type { StepOutcome } from '../../../core/step.ts';

/** What the tools themselves printed, run on a small project in a worktree; their version is in the name. */
const fixture = (name: string): string => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');

const facts = { seconds: 1, documents: [], notes: [] };
const failed: StepOutcome = { status: 'failed', reason: 'exit code 1', lastLines: [], ...facts };

const found = (name: string, outcome: StepOutcome = failed): StepFindings =>
  stepFindings({ outcome, log: `$ the command\n${fixture(name)}`, documents: [] });

const inShort = ({ path, startLine, startColumn, title }: Annotation): string =>
  `${path}:${startLine}${startColumn === undefined ? '' : `:${startColumn}`} ${title}`;
const shortly = (name: string): readonly string[] => found(name).annotations.map(inShort);
const titled = ({ annotations }: StepFindings, title: string): Annotation | undefined =>
  annotations.find((each) => each.title === title);

const ruffFindings = [
  'src/shop/broken.py:1:12 invalid-syntax',
  'src/shop/broken.py:1:13 invalid-syntax',
  'src/shop/model.py:1:1 I001',
  'src/shop/model.py:1:8 F401',
  'src/shop/model.py:2:1 E401',
  'src/shop/model.py:2:14 F401',
  'src/shop/model.py:7:5 F841',
  'src/shop/model.py:9:18 E711',
  'src/shop/model.py:14:22 B006',
];

describe('ruff', () => {
  test.each(['full', 'concise'])('%s', (format) => {
    expect(shortly(`ruff-0.17.6-${format}.txt`)).toEqual(ruffFindings);
  });

  test.each(['json', 'github'])('%s, whose paths are those of the worktree', (format) => {
    const { annotations } = found(`ruff-0.17.6-${format}.txt`);
    const withoutColumns = (told: string): string => told.replace(/:\d+ /, ' ');
    expect(annotations.map((each) => `${each.path}:${each.startLine} ${each.title}`)).toEqual(
      ruffFindings.map(withoutColumns),
    );
    expect(annotations[3]).toEqual({
      path: 'src/shop/model.py',
      startLine: 1,
      endLine: 1,
      startColumn: 8,
      endColumn: 10,
      level: 'failure',
      title: 'F401',
      message: '`os` imported but unused\nhelp: Remove unused import: `os`',
    });
  });

  test('its marks say how far it goes, and its help goes with it', () => {
    const unused = found('ruff-0.17.6-full.txt').annotations[3];
    expect(unused).toEqual(found('ruff-0.17.6-json.txt').annotations[3]);
  });

  test('what spans lines has no columns, which a forge would refuse', () => {
    const sorted = titled(found('ruff-0.17.6-json.txt'), 'I001');
    expect(sorted).toMatchObject({ startLine: 1, endLine: 3 });
    expect(sorted).not.toHaveProperty('startColumn');
  });

  test.each(['format', 'format-concise'])('%s', (name) => {
    expect(shortly(`ruff-0.17.6-${name}.txt`)).toEqual([
      'src/shop/broken.py:1:12 invalid-syntax',
      'src/shop/prices.py:5:1 unformatted',
    ]);
  });
});

test('black tells which file it would write anew, and which it cannot read', () => {
  expect(shortly('black-26.10.1.txt')).toEqual([
    'src/shop/prices.py:1 black',
    'src/shop/broken.py:1:11 black',
  ]);
});

test('isort tells which file it would write anew', () => {
  expect(shortly('isort-9.0.2.txt')).toEqual(['src/shop/model.py:1 isort']);
});

describe('mypy', () => {
  test('plainly, with its notes', () => {
    expect(shortly('mypy-2.4.1.txt')).toEqual([
      'src/shop/model.py:8 mypy: operator',
      'src/shop/model.py:11 mypy: return-value',
      'src/shop/model.py:14 mypy: no-untyped-def',
    ]);
    expect(found('mypy-2.4.1.txt').annotations[0]?.message).toBe(
      'Unsupported operand types for + ("int" and "None")\nnote: Right operand is of type "float | None"',
    );
  });

  test('over several lines, with columns', () => {
    const { annotations } = found('mypy-2.4.1-pretty.txt');
    expect(annotations.map(({ message }) => message)).toEqual(
      found('mypy-2.4.1.txt').annotations.map(({ message }) => message),
    );
    expect(annotations[1]).toMatchObject({ startLine: 11, startColumn: 12, endColumn: 18 });
  });

  test('of a file that is no Python', () => {
    expect(shortly('mypy-2.4.1-syntax.txt')).toEqual(['src/shop/broken.py:1 mypy: syntax']);
  });
});

const failedTests = [
  'tests/unit/test_prices.py:21 test_with_server: error at setup',
  'tests/unit/test_prices.py:8 TestCheapest.test_of_two failed',
  'tests/unit/test_prices.py:12 TestCheapest.test_deep[none] failed',
  'tests/unit/test_prices.py:16 TestCheapest.test_odd_name[a::b - c] failed',
  'tests/unit/test_prices.py:29 test_helper failed',
  'tests/unit/test_prices.py:1 test_xpass failed',
];

describe('pytest', () => {
  test.each([
    'pytest-9.2.0.txt',
    'pytest-9.2.0-tb-short.txt',
    'pytest-9.2.0-tb-native.txt',
    'pytest-9.2.0-colour.txt',
  ])('%s: at the line of the test, with the words of the error', (name) => {
    expect(shortly(name)).toEqual(failedTests);
    const deep = titled(found(name), 'TestCheapest.test_deep[none] failed');
    expect(deep?.message).toBe('ValueError: no prices | <b>at</b> all\nsecond line');
  });

  test('without tracebacks the summary is what there is', () => {
    expect(new Set(shortly('pytest-9.2.0-tb-no.txt'))).toEqual(
      new Set(failedTests.map((told) => told.replace(/:\d+ /, ':1 '))),
    );
  });

  test('with a line each, at the line where it was raised', () => {
    expect(new Set(shortly('pytest-9.2.0-tb-line.txt'))).toEqual(
      new Set([
        'tests/unit/test_prices.py:1 test_with_server: error at setup',
        'tests/unit/test_prices.py:8 TestCheapest.test_of_two failed',
        'src/shop/prices.py:3 TestCheapest.test_deep[none] failed',
        'tests/unit/test_prices.py:16 TestCheapest.test_odd_name[a::b - c] failed',
        'tests/unit/test_prices.py:29 test_helper failed',
        'tests/unit/test_prices.py:1 test_xpass failed',
      ]),
    );
  });

  test('what cannot be collected, at its cause', () => {
    const { annotations } = found('pytest-9.2.0-collecting.txt');
    expect(annotations.map(inShort)).toEqual([
      'src/shop/broken.py:1 pytest cannot collect this',
      'tests/unit/test_import.py:1 pytest cannot collect this',
    ]);
    expect(annotations[1]?.message).toBe("ModuleNotFoundError: No module named 'shop.no_such_module'");
  });

  test('a JUnit report and the log tell the same once', () => {
    const both = stepFindings({
      outcome: failed,
      log: fixture('pytest-9.2.0.txt'),
      documents: [{ name: 'unit.xml', text: fixture('pytest-9.2.0.xml') }],
    });
    expect(new Set(both.annotations.map(inShort))).toEqual(new Set(failedTests));
    const report = { name: 'unit.xml', text: fixture('pytest-9.2.0.xml') };
    const alone = stepFindings({ outcome: failed, log: '', documents: [report] });
    expect(new Set(alone.annotations.map(inShort))).toEqual(new Set(failedTests));
  });

  test('the older format of JUnit reports names files', () => {
    const report = { name: 'unit.xml', text: fixture('pytest-9.2.0-xunit1.xml') };
    const { annotations } = stepFindings({ outcome: failed, log: '', documents: [report] });
    expect(annotations.map(inShort)).toContain('tests/unit/test_import.py:1 pytest cannot collect this');
    expect(annotations.map(inShort)).toContain('tests/unit/test_prices.py:41 test_xpass failed');
  });

  test('a test that failed in one try and passed in the next warns', () => {
    const flaky: StepOutcome = {
      ...{ status: 'passed', outputs: [], ...facts },
      flaky: [
        { name: 'tests/unit/test_prices.py::test_helper', failures: 1, tries: 2, message: 'assert 3 > 10' },
      ],
    };
    const log = `${fixture('pytest-9.2.0.txt')}# 1 failed\n# try 2 of 3: the commands run again\n1 passed`;
    const { annotations } = stepFindings({ outcome: flaky, log, documents: [] });
    expect(annotations[4]).toMatchObject({
      level: 'warning',
      title: 'test_helper is flaky: it failed, then passed',
    });
  });
});

describe('Great Expectations', () => {
  const data = [{ target: 'data/sample', digest: 'sha256:d', files: 2, bytes: 9, source: 'remote' as const }];
  const findingsOf = (name: string): StepFindings =>
    stepFindings({ outcome: { ...failed, data }, log: '', documents: [{ name, text: fixture(name) }] });

  test('a report as the example leaves it, at the file of DVC', () => {
    const { annotations } = findingsOf('great-expectations-1.24.1.md');
    expect(annotations).toHaveLength(3);
    expect(annotations[1]).toEqual({
      path: 'data/sample.dvc',
      startLine: 1,
      endLine: 1,
      level: 'failure',
      title: 'train.parquet, distance: expect_column_values_to_be_between',
      message: 'expected: min_value=1.0, max_value=12000.0\nfound: 7 of 6000 rows, such as -5',
    });
  });

  test('a report without a table', () => {
    const { annotations } = findingsOf('great-expectations-1.24.1-columns.md');
    expect(annotations).toMatchObject([
      { title: 'Data report: data/sample', message: 'data/sample/train.parquet lacks the columns visib' },
    ]);
  });

  test.each(['suite', 'checkpoint'])('its own JSON: %s', (kind) => {
    const { annotations } = findingsOf(`great-expectations-1.24.1-${kind}.json`);
    expect(annotations.map(({ title }) => title)).toContain(
      'f-train, distance: expect_column_values_to_be_between',
    );
    expect(annotations.map(({ title }) => title)).toContain('f-train: expect_table_row_count_to_be_between');
    expect(annotations.map(({ message }) => message)).toContain(
      'expected: min_value=1, max_value=10\nfound: 6000',
    );
    expect(annotations.some(({ title }) => title.includes('origin'))).toBe(false);
  });
});
