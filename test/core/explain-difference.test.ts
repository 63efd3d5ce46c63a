import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explainDifference } from '../../core/explain-difference.ts';
import { fingerprintBasis, type StepFingerprint } from '../../core/fingerprint.ts';

const fingerprint: StepFingerprint = {
  digest: 'sha256:0',
  ...{ project: 'acme/model', step: 'unit-tests', run: 'ci/acme/model/1', commit: '1' },
  files: { 'src/features.py': '100644 a1', 'src/model.py': '100644 b1', 'tests/test.py': '100644 c1' },
  inputs: ['src', 'tests'],
  commands: ['pytest tests'],
  env: { PYTHONPATH: 'src', PYTHONHASHSEED: '42' },
  secrets: { API_TOKEN: '5ec7e7' },
  python: { requirements: ['requirements.txt'], version: '3.11.2', lock: 'sha256:1', install: [] },
  data: { 'data/sample': 'md5:1.dir' },
  needs: { models: 'sha256:2' },
  tools: { format: '1', platform: 'linux x64', 'program make': '123' },
  judgement: '{"outputs":[]}',
};

const changes: readonly (readonly [Partial<StepFingerprint>, string])[] = [
  [{ files: { ...fingerprint.files, 'src/model.py': '100644 b2' } }, 'src/model.py changed'],
  [{ files: { ...fingerprint.files, 'src/model.py': '100755 b1' } }, 'src/model.py changed'],
  [{ files: { ...fingerprint.files, 'src/new.py': '100644 d1' } }, 'src/new.py added'],
  [{ files: { 'src/model.py': '100644 b1', 'tests/test.py': '100644 c1' } }, 'src/features.py removed'],
  [{ files: {} }, '3 files removed (src/features.py, …)'],
  [{ inputs: null }, 'it sees the whole commit now'],
  [{ commands: ['pytest tests', 'true'] }, 'the command changed'],
  [{ env: { ...fingerprint.env, PYTHONHASHSEED: '7' } }, 'the variable PYTHONHASHSEED changed'],
  [{ env: { PYTHONHASHSEED: '42' } }, 'the variable PYTHONPATH is gone'],
  [{ secrets: { API_TOKEN: 'a10e4' } }, 'the secret API_TOKEN changed'],
  [{ secrets: {} }, 'the secret API_TOKEN is gone'],
  [{ python: null }, 'it has no Python environment any more'],
  [
    { python: { requirements: ['requirements.txt'], version: '3.11.3', lock: 'sha256:1', install: [] } },
    'Python 3.11.2 became 3.11.3',
  ],
  [
    { python: { requirements: ['requirements.txt'], version: '3.11.2', lock: 'sha256:9', install: [] } },
    'the packages of the Python environment changed',
  ],
  [
    { python: { requirements: ['dev.txt'], version: '3.11.2', lock: 'sha256:1', install: [] } },
    'it names other requirements',
  ],
  [
    { python: { requirements: ['requirements.txt'], version: '3.11.2', lock: 'sha256:1', install: ['.'] } },
    'other folders are installed as packages',
  ],
  [{ data: { 'data/sample': 'md5:2.dir' } }, 'the data data/sample changed'],
  [{ needs: { models: 'sha256:3' } }, 'models, which an earlier step left, changed'],
  [{ tools: { ...fingerprint.tools, format: '2' } }, 'the worker’s format changed'],
  [{ tools: { ...fingerprint.tools, 'program make': '124' } }, 'the program make changed'],
  [{ tools: { format: '1', platform: 'linux x64' } }, 'the program make is gone'],
  [{ judgement: '{"outputs":["models"]}' }, 'what it has to show for a pass changed'],
];

test.each(changes)('%j is another fingerprint, and told', (change, told) => {
  const changed = { ...fingerprint, ...change };
  expect(fingerprintBasis(changed)).not.toBe(fingerprintBasis(fingerprint));
  expect(explainDifference(fingerprint, changed)).toEqual([told]);
});

test('who ran it where, and by which patterns the files were chosen, is no difference', () => {
  const other = { ...fingerprint, step: 'tests', run: 'ci/2', commit: '2', inputs: ['.'], named: ['a'] };
  expect(fingerprintBasis(other)).toBe(fingerprintBasis(fingerprint));
  expect(explainDifference(fingerprint, other)).toEqual([]);
});

test('of many differences five are told, and how many more there are', () => {
  const env = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`V${index}`, '1']));
  expect(explainDifference(fingerprint, { ...fingerprint, env: { ...fingerprint.env, ...env } })).toEqual([
    ...[0, 1, 2, 3, 4].map((index) => `the variable V${index} is new`),
    'and 3 more',
  ]);
});

test('programs that only another command names are no news', () => {
  const changed = { ...fingerprint, commands: ['ruff'], tools: { format: '1', platform: 'linux x64' } };
  expect(explainDifference(fingerprint, changed)).toEqual(['the command changed']);
});

const words = fc.dictionary(fc.constantFrom('a', 'b', 'c/d', '__proto__'), fc.constantFrom('1', '2'), {
  noNullPrototype: true,
});
const parts = fc.record({
  files: words,
  inputs: fc.constantFrom<readonly string[] | null>(null, ['src'], ['tests']),
  commands: fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 2 }),
  env: words,
  secrets: words,
  python: fc.option(
    fc.record({
      requirements: fc.array(fc.constantFrom('a', 'b'), { maxLength: 2 }),
      version: fc.constantFrom('3.11.2', '3.12.1'),
      lock: fc.constantFrom('1', '2'),
      install: fc.array(fc.constantFrom('.', 'a'), { maxLength: 2 }),
    }),
  ),
  data: words,
  needs: words,
  tools: words,
  judgement: fc.constantFrom('{}', '[]'),
});

test('two fingerprints differ exactly when a difference is told', () => {
  fc.assert(
    fc.property(parts, parts, (one, other) => {
      const [before, now] = [
        { ...fingerprint, ...one },
        { ...fingerprint, ...other },
      ];
      const differ = fingerprintBasis(before) !== fingerprintBasis(now);
      expect(explainDifference(before, now).length > 0).toBe(differ);
    }),
    { numRuns: 300 },
  );
});

test('a change of any one part is another fingerprint', () => {
  fc.assert(
    fc.property(
      parts,
      parts,
      fc.constantFrom('files', 'commands', 'env', 'secrets', 'python', 'data', 'needs', 'tools', 'judgement'),
      (one, other, part) => {
        fc.pre(JSON.stringify(one[part]) !== JSON.stringify(other[part]));
        const before = { ...fingerprint, ...one };
        const now = { ...before, [part]: other[part] };
        const same = fingerprintBasis(before) === fingerprintBasis(now);
        expect(same).toBe(JSON.stringify(sorted(one[part])) === JSON.stringify(sorted(other[part])));
      },
    ),
    { numRuns: 300 },
  );
});

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
    : value;
