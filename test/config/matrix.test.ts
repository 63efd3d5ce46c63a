import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combinationsOf, countCombinations } from '../../config/matrix.ts';
import { ciOnly, loaded, problems } from './repository.ts';

const file = (steps: string): Readonly<Record<string, string>> => ({
  'longhaul.yaml': `${ciOnly}ci:\n  steps:\n${steps.replace(/^(?=.)/gm, '    ')}`,
  'requirements-unit.txt': '',
  'requirements-integration.txt': '',
});

const numbers = (count: number): string => JSON.stringify(Array.from({ length: count }, (_, index) => index));

const stepsOf = (steps: string) => loaded(file(steps)).ciPlan.steps;

const tests = `tests:
  matrix: { group: [unit, integration], depth: [2, 3.0] }
  inputs: [src, 'tests/\${matrix.group}']
  requirements: ['requirements-\${matrix.group}.txt']
  run: pytest tests/\${matrix.group} --depth $MATRIX_DEPTH
  env: { DEPTH: 'd\${matrix.depth}' }
  outputs: ['out-\${matrix.group}-\${matrix.depth}']
  junit: \${matrix.group}.xml
`;

describe('a step with a matrix', () => {
  it('is one step for each combination, each with its own values', () => {
    const steps = stepsOf(tests);
    expect(steps.map(({ name }) => name)).toEqual([
      'tests-unit-2',
      'tests-unit-3-0',
      'tests-integration-2',
      'tests-integration-3-0',
    ]);
    expect(steps[3]).toMatchObject({
      matrix: { step: 'tests', values: { group: 'integration', depth: '3.0' } },
      inputs: ['src', 'tests/integration'],
      requirements: ['requirements-integration.txt'],
      run: ['pytest tests/integration --depth $MATRIX_DEPTH'],
      env: { DEPTH: 'd3.0', MATRIX_GROUP: 'integration', MATRIX_DEPTH: '3.0' },
      outputs: ['out-integration-3.0'],
      reports: { junit: 'integration.xml' },
    });
  });

  it('is needed as a whole by its name, or one by one', () => {
    const steps = stepsOf(
      `${tests}all: { run: make, needs: [tests] }\none: { run: make, needs: [tests-unit-2] }\nboth: { run: make, needs: [tests-unit-2, tests] }\n`,
    );
    const needs = Object.fromEntries(steps.map((step) => [step.name, step.needs]));
    const every = ['tests-unit-2', 'tests-unit-3-0', 'tests-integration-2', 'tests-integration-3-0'];
    expect(needs['all']).toEqual(every);
    expect(needs['one']).toEqual(['tests-unit-2']);
    expect(needs['both']).toEqual(every);
  });

  it('has the product of its values as combinations, each once', () => {
    const values = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,3}$/), { minLength: 1, maxLength: 4 });
    const matrix = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), values, { minKeys: 1, maxKeys: 3 });
    fc.assert(
      fc.property(matrix, (given) => {
        const combinations = combinationsOf('step', given);
        expect(combinations).toHaveLength(countCombinations(given));
        expect(new Set(combinations.map((each) => JSON.stringify(each.values))).size).toBe(
          combinations.length,
        );
        for (const { name } of combinations) expect(name).toMatch(/^[a-z0-9][a-z0-9-]*$/);
      }),
    );
  });
});

describe('a pattern that all steps share', () => {
  it('is checked with the values of each step that takes it', () => {
    const yaml = `${ciOnly}ci:\n  inputs: ['src/\${matrix.a}']\n  steps:\n    t: { matrix: { a: [x, y/../..] }, run: make }\n`;
    const told = problems({ 'longhaul.yaml': yaml }).map(({ key, message }) => `${key} | ${message}`);
    expect(told).toEqual(['ci.inputs[0] | `src/y/../..` leads out of the repository, with a: "y/../.."']);
  });
});

describe('what is wrong with a matrix is told with its place', () => {
  it.each([
    [
      'values whose names meet',
      `t: { matrix: { a: [x_1, x-1] }, run: make }\n`,
      '6:10 ci.steps.t.matrix | the name `t-x-1` of the combination a: x-1 is taken already | names are made of letters and digits: give values that differ in these',
    ],
    [
      'a combination that is called as another step',
      `t-x: { run: make }\nt: { matrix: { a: [x] }, run: make }\n`,
      '7:10 ci.steps.t.matrix | the name `t-x` of the combination a: x is taken already | names are made of letters and digits: give values that differ in these',
    ],
    [
      'an output that combinations share',
      `t: { matrix: { a: [x, y] }, run: make, outputs: [m] }\n`,
      '6:54 ci.steps.t.outputs[0] | `m` is left by several combinations, at one path | write ${matrix.a} into it, so that each has its own',
    ],
    [
      'a value that does not exist',
      `t: { matrix: { group: [x, y] }, run: 'make \${matrix.gruop}' }\n`,
      '6:42 ci.steps.t.run | `${matrix.gruop}` is not in the matrix | did you mean `${matrix.group}`?',
    ],
    [
      'a value of a step without a matrix',
      `t: { run: ['make \${matrix.group}'] }\n`,
      '6:16 ci.steps.t.run[0] | `${matrix.group}` is not in the matrix | the step has no `matrix`',
    ],
    [
      'too many combinations',
      `t: { matrix: { a: [${Array.from({ length: 17 }, (_, index) => index).join(', ')}], b: [${Array.from({ length: 17 }, (_, index) => index).join(', ')}] }, run: make }\n`,
      '6:10 ci.steps.t.matrix | has 289 combinations | leave out values: 256 is the most',
    ],
    [
      'a value that comes to a name no file can have',
      `t: { matrix: { a: [x, ${'long.'.repeat(20)}] }, run: make }\n`,
      '6:10 ci.steps.t.matrix | a combination comes to a name of 101 characters: `t-long-long-long-long-long-long-long-lon…` | 100 is the most: shorten the values of a',
    ],
    [
      'a path that a value leads out of the repository',
      `t: { matrix: { a: [x, ../../etc] }, run: make, outputs: ['out/\${matrix.a}'] }\n`,
      '6:62 ci.steps.t.outputs[0] | `out/../../etc` leads out of the repository, with a: "../../etc" | give values that make a relative path without `..` here, or leave them out of it',
    ],
    [
      'a path that a value makes absolute',
      `t: { matrix: { a: [x, /etc/passwd] }, run: make, junit: '\${matrix.a}' }\n`,
      '6:61 ci.steps.t.junit | `/etc/passwd` leads out of the repository, with a: "/etc/passwd" | give values that make a relative path without `..` here, or leave them out of it',
    ],
    [
      'a pattern that a value leaves empty',
      `t: { matrix: { a: [''], b: [y] }, run: make, inputs: ['\${matrix.a}'] }\n`,
      '6:59 ci.steps.t.inputs[0] | `` is empty, with a: "" | give values that make a relative path without `..` here, or leave them out of it',
    ],
    [
      'more steps than one run can tell of',
      ['a', 'b', 'c', 'd', 'e']
        .map((name) => `${name}: { matrix: { x: ${numbers(201)} }, run: make }\n`)
        .join(''),
      '5:3 ci.steps | come to 1005 steps | leave out values of a matrix: 1000 is the most',
    ],
    [
      'two matrices that need each other in every pair',
      `${'t'.repeat(60)}: { matrix: { x: ${numbers(256)} }, run: make }\nu: { matrix: { x: ${numbers(256)} }, run: make, needs: [${'t'.repeat(60)}] }\n`,
      '5:3 ci.steps | come to 4539 kB with 512 steps that need 65536 others, 900 kB is the most | put a step between two matrices, which needs the one and is needed by the other; move long commands into a script',
    ],
    [
      'a need of a combination that does not exist',
      `tests: { matrix: { a: [unit, load] }, run: make }\nu: { run: make, needs: [tests-unti] }\n`,
      '7:29 ci.steps.u.needs[0] | `tests-unti` is not a step | did you mean `tests-unit`?',
    ],
    [
      'a circle through a combination',
      `t: { matrix: { a: [x, y] }, run: make, needs: [u] }\nu: { run: make, needs: [t-x] }\n`,
      '6:44 ci.steps.t.needs | the steps need each other in a circle: t -> u -> t | take one of these names out of the `needs` of the step before it',
    ],
    [
      'a requirements file of one combination that is not there',
      `t: { matrix: { a: [unit, load] }, run: make, requirements: ['requirements-\${matrix.a}.txt'] }\n`,
      '6:65 ci.steps.t.requirements[0] | the file `requirements-load.txt` does not exist in the repository | add it, or name another here',
    ],
  ])('%s', (_name, steps, expected) => {
    const told = problems(file(steps)).map(
      ({ line, column, key, message, hint }) => `${line}:${column} ${key} | ${message} | ${hint}`,
    );
    expect(told).toEqual([expected]);
  });
});
