import { describe, expect, it } from 'vitest';
import { formatProblems } from '../../config/format-problems.ts';
import type { Problem } from '../../config/problem.ts';
import { nearest } from '../../config/suggest.ts';
import { ciOnly, operator, problems, withRelease } from './repository.ts';

const told = (list: readonly Problem[]): readonly string[] =>
  list.map(
    ({ file, line, column, key, message, hint }) => `${file}:${line}:${column} ${key} | ${message} | ${hint}`,
  );

const inFile = (yaml: string): readonly string[] => told(problems({ 'longhaul.yaml': yaml }));

describe('what is wrong in longhaul.yaml is told with its place', () => {
  it.each([
    [
      'a misspelled key',
      `${withRelease}  canary:\n    wieghts: [5, 100]\n`,
      'longhaul.yaml:9:5 release.canary.wieghts | is not a key of `release.canary` | did you mean `weights`?',
    ],
    [
      'a key that resembles none',
      `${ciOnly}python: { colour: red }\n`,
      'longhaul.yaml:4:11 python.colour | is not a key of `python` | it can have version, requirements, extras, groups, install',
    ],
    [
      'a duration in words',
      `${withRelease}  approval:\n    expires: 7 days\n`,
      'longhaul.yaml:9:14 release.approval.expires | is "7 days" | give a duration such as `500ms`, `10s`, `10m`, `6h` or `7d`',
    ],
    [
      'no time at all',
      `${withRelease}  approval: { expires: 0s }\n`,
      'longhaul.yaml:8:24 release.approval.expires | is no time at all | give a duration such as `500ms`, `10s`, `10m`, `6h` or `7d`',
    ],
    [
      'a percentage without its sign',
      `${withRelease}  canary: { errors: 5 }\n`,
      'longhaul.yaml:8:21 release.canary.errors | is 5, which is no share of a whole | give a share above 0 and below 1, such as `1 %` or `0.01`',
    ],
    [
      'a version that YAML takes for a number',
      `${ciOnly}python: { version: 3.10 }\n`,
      'longhaul.yaml:4:20 python.version | is 3.1 | give a version in quotes, such as `"3.11"`',
    ],
    [
      'one of a list of words',
      `${withRelease}  canary: { onNoData: ignore }\n`,
      'longhaul.yaml:8:23 release.canary.onNoData | is "ignore" | give one of `hold`, `rollBack`',
    ],
    [
      'a path out of the repository',
      `${ciOnly}ci:\n  steps:\n    lint: { run: make, outputs: [../x] }\n`,
      'longhaul.yaml:6:34 ci.steps.lint.outputs[0] | leads out of the repository | give a relative path without `..`',
    ],
    [
      'a name that cannot be one',
      `${ciOnly}ci:\n  steps:\n    Unit Tests: { run: make }\n`,
      'longhaul.yaml:6:5 ci.steps.Unit Tests | is not a valid name | give a name of lower-case letters, digits and hyphens',
    ],
    [
      'an empty value',
      `${ciOnly}ci:\n  steps:\n    lint:\n      run:\n`,
      'longhaul.yaml:7:7 ci.steps.lint.run | is empty | give a command line, or a list of them',
    ],
    [
      'a wrong item of a list',
      `${ciOnly}ci:\n  steps:\n    lint:\n      run: [make, 3]\n`,
      'longhaul.yaml:7:19 ci.steps.lint.run[1] | is 3 | give a command line',
    ],
    [
      'no steps at all',
      `${ciOnly}ci: { steps: {} }\n`,
      'longhaul.yaml:4:7 ci.steps | has no steps | give a mapping of steps by name, or nothing at all for the default steps',
    ],
    [
      'a need that is no step',
      `${ciOnly}ci:\n  steps:\n    lint: { run: make }\n    test: { run: make, needs: [lnit] }\n`,
      'longhaul.yaml:7:32 ci.steps.test.needs[0] | `lnit` is not a step | did you mean `lint`?',
    ],
    [
      'a circle',
      `${ciOnly}ci:\n  steps:\n    a: { run: make, needs: [b] }\n    b: { run: make, needs: [a] }\n`,
      'longhaul.yaml:6:21 ci.steps.a.needs | the steps need each other in a circle: a -> b -> a | take one of these names out of the `needs` of the step before it',
    ],
    [
      'weights that do not ascend',
      `${withRelease}  canary: { weights: [25, 5, 100] }\n`,
      'longhaul.yaml:8:13 release.canary.weights | 5 comes after 25: each weight has to be above the last | give ascending percents that end at 100, such as `[5, 25, 50, 100]`',
    ],
    [
      'weights that end early',
      `${withRelease}  canary: { weights: [5, 50] }\n`,
      'longhaul.yaml:8:13 release.canary.weights | the last weight is 50: it has to be 100 | give ascending percents that end at 100, such as `[5, 25, 50, 100]`',
    ],
    [
      'an interval that no look fits in',
      `${withRelease}  canary: { duration: 30s, interval: 20s }\n`,
      'longhaul.yaml:8:38 release.canary.interval | is 20s, but a weight of the canary is held for 10s only | give a shorter interval, or a longer duration',
    ],
    [
      'a file that the repository lacks',
      `${ciOnly}python:\n  requirements: [reqs.txt]\n`,
      'longhaul.yaml:5:18 python.requirements[0] | the file `reqs.txt` does not exist in the repository | add it, or name another here',
    ],
    [
      'a key given twice',
      `${ciOnly}model: other\n`,
      'longhaul.yaml:4:1  | is not YAML: Map keys must be unique | mend the syntax; nesting is by spaces',
    ],
    [
      'broken syntax, without its consequences',
      `${ciOnly}env: {\nci:\n  - x: [\n`,
      expect.stringMatching(/^longhaul\.yaml:5:1 {2}\| is not YAML: /),
    ],
    [
      'an alias of nothing',
      `${ciOnly}env: *shared\n`,
      expect.stringContaining(
        'is not YAML: Unresolved alias (the anchor must be set before the alias): shared',
      ),
    ],
    ['a list', '- version: 1\n', expect.stringMatching(/:1:1 {2}\| is a list \| give a mapping/)],
  ])('%s', (_, yaml, expected) => {
    expect(inFile(yaml)).toEqual([expected]);
  });

  it('a missing key, at the line of what lacks it', () => {
    const yaml = `version: 1\nproject: a/b\nmodel: m\nrelease:\n  train: { timeout: 1h }\n  evaluate: { run: x }\n  serve: { run: x }\n`;
    expect(inFile(yaml)).toEqual([
      'longhaul.yaml:5:3 release.train.run | is missing | give a command line, or a list of them',
    ]);
  });

  it('an empty file', () => {
    expect(problems({ 'longhaul.yaml': '' }).map(({ key, message }) => `${key} ${message}`)).toEqual([
      'version is missing',
      'project is missing',
    ]);
  });

  it('no file', () => {
    expect(told(problems({}))).toEqual([
      expect.stringContaining('longhaul.yaml:1:1  | does not exist in the root of the repository'),
    ]);
  });

  it('all at once, in the order of the files', () => {
    const files = {
      'longhaul.yaml': `${withRelease.replace('team/model', 'team')}  canary: { weights: [5] }\nenvv: {}\n`,
      'environments/production.yaml': 'deployment: { replicas: none }\nmodle: {}\n',
      'environments/staging.yaml': 'monitoring: { alert_threshold_latency: fast }\n',
    };
    expect(problems(files).map(({ file, line, key }) => `${file}:${line} ${key}`)).toEqual([
      'longhaul.yaml:2 project',
      'longhaul.yaml:8 release.canary.weights',
      'longhaul.yaml:9 envv',
      'environments/production.yaml:1 deployment.replicas',
      'environments/production.yaml:2 modle',
      'environments/staging.yaml:1 monitoring.alert_threshold_latency',
    ]);
  });
});

describe('what the operator does not grant', () => {
  it('is told for secrets, wherever they are named', () => {
    const yaml = `${withRelease}  integration: { secrets: [API_TOKE] }\nsecrets: [OTHER]\n`;
    const granted = operator({ secrets: ['API_TOKEN'] });
    expect(problems({ 'longhaul.yaml': yaml }, granted)).toMatchObject([
      { line: 8, key: 'release.integration.secrets[0]', hint: 'did you mean `API_TOKEN`?' },
      { line: 9, key: 'secrets[0]', hint: 'it has to be added there' },
    ]);
  });

  it('is told for environments, and only where there is a release', () => {
    const server = { ...operator(), environments: {} };
    expect(problems({ 'longhaul.yaml': ciOnly }, server)).toEqual([]);
    expect(problems({ 'longhaul.yaml': withRelease }, server).map(({ message }) => message)).toEqual([
      expect.stringContaining('`staging`'),
      expect.stringContaining('`production`'),
    ]);
  });

  it('is told for the project itself', () => {
    const yaml = ciOnly.replace('team/model', 'team/modle');
    expect(problems({ 'longhaul.yaml': yaml }, operator())).toMatchObject([
      { line: 2, key: 'project', hint: 'did you mean `team/model`?' },
    ]);
  });

  it('is told for an overlay that the repository lacks', () => {
    expect(problems({ 'longhaul.yaml': ciOnly }, operator({ overlays: ['demo'] }))).toMatchObject([
      { file: 'environments/demo.yaml', message: expect.stringContaining('production') as unknown },
    ]);
  });

  it('blames the overlay for a value that it brought', () => {
    const files = {
      'longhaul.yaml': withRelease,
      'environments/demo.yaml': 'release:\n  stabilization:\n    interval: 6m\n',
    };
    expect(problems(files, operator({ overlays: ['demo'] }))).toMatchObject([
      { file: 'environments/demo.yaml', line: 3, key: 'release.stabilization.interval' },
    ]);
  });
});

it('problems are written one a line, in columns, in the form that editors follow', () => {
  const text = formatProblems(problems({ 'longhaul.yaml': `${ciOnly}envv: {}\npython: { version: 3 }\n` }));
  expect(text.split('\n')).toEqual([
    'longhaul.yaml:4:1   envv            is not a key of this file; did you mean `env`?',
    'longhaul.yaml:5:20  python.version  is 3; give a version in quotes, such as `"3.11"`',
  ]);
});

it.each([
  ['prot', 'port'],
  ['load-test', 'loadTest'],
  ['stabilisation', 'stabilization'],
  ['colour', undefined],
])('the nearest name to %s is %s', (word, meant) => {
  expect(nearest(word, ['port', 'loadTest', 'stabilization', 'canary'])).toBe(meant);
});
