import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ciLines } from '../../client/cli/render/ci-lines.ts';
import { plain, styleFor } from '../../client/cli/render/style.ts';
import { widthOf } from '../../client/cli/render/text.ts';
import type { CiRunView } from '../../client/ci-runs.ts';
import type { PendingWork } from '../../client/pending-work.ts';
import type { CiStepState } from '../../core/ci.ts';

const at = (clock: string): string => `2026-11-23T${clock}.000Z`;
const now = new Date(at('14:00:20'));
const taken = { run: 'ci/a/b/c', commit: '3f2a91c0d4e1aaaa', at: at('13:00:00'), seconds: 8.1 };

const steps: readonly CiStepState[] = [
  { name: 'lint', state: 'passed', note: '', needs: [], takenFrom: taken, seconds: 0.2 },
  {
    name: 'unit-tests',
    state: 'passed',
    note: '8.1 s',
    seconds: 8.1,
    said: '43 tests passed; coverage 91.2 %',
    flakyTests: 2,
    needs: ['lint'],
  },
  { name: 'data-validation', state: 'running', note: '', needs: ['lint'], startedAt: at('14:00:05') },
  { name: 'train-sample', state: 'waiting', note: '', needs: ['unit-tests', 'data-validation'] },
  { name: 'evaluate', state: 'waiting', note: '', needs: ['train-sample'] },
];

const working: PendingWork = {
  activity: 'runStep',
  attempt: 1,
  running: true,
  worker: undefined,
  lastFailure: undefined,
  progress: { step: 'data-validation', elapsedSeconds: 15, lastLine: 'reads flights.csv' },
  told: undefined,
};

const view = (changes: Partial<CiRunView> = {}): CiRunView => ({
  id: 'ci/longhaul/flights/3f2a',
  runId: 'run',
  status: 'RUNNING',
  startedAt: at('14:00:00'),
  result: undefined,
  steps,
  pending: [working],
  ...changes,
});

const page = { columns: 100, style: plain };
const lastTimes = new Map([
  ['data-validation', 20],
  ['train-sample', 60],
  ['evaluate', 10],
]);
const draw = (changes: Partial<CiRunView> = {}): string =>
  ciLines(view(changes), page, now, lastTimes).join('\n');

describe('the tree of a CI run', () => {
  test('hangs each step below what it needs, with what it took, what it says, and what is left', () => {
    expect(draw()).toBe(
      [
        'ci/longhaul/flights/3f2a  running',
        '20 s · 2 of 5 steps · about 1 m 15 s left',
        '└ ✓ lint                      taken over from 3f2a91c0d4e1 (8.1 s then)',
        '  ├ ✓ unit-tests       8.1 s  2 flaky tests; 43 tests passed; coverage 91.2 %',
        '  ├ ● data-validation   15 s  about 5 s left  reads flights.csv',
        '  └ ○ train-sample            after unit-tests, data-validation',
        '    └ ○ evaluate',
      ].join('\n'),
    );
  });

  test('says nothing of what is left when a step has never run before', () => {
    expect(ciLines(view(), page, now, new Map([['train-sample', 60]]))[1]).toBe('20 s · 2 of 5 steps');
  });

  test('tells an attempt after the first, its memory rungs, and its epochs', () => {
    const training: CiStepState[] = [
      {
        name: 'train',
        state: 'running',
        note: '',
        startedAt: at('14:00:00'),
        attempt: 2,
        rungs: ['smaller-batch'],
      },
    ];
    const progress = {
      step: 'train',
      elapsedSeconds: 20,
      lastLine: '',
      epoch: 5,
      epochs: 10,
      metrics: { loss: 0.31 },
    };
    const line = draw({ steps: training, pending: [{ ...working, progress }] });
    expect(line).toContain(
      'attempt 2  smaller-batch  about 20 s left  ██████░░░░░░ epoch 5 of 10  loss 0.31',
    );
  });

  test('tells a step that no worker takes, and one that is tried again with the reason', () => {
    const one: CiStepState[] = [{ name: 'lint', state: 'running', note: '', startedAt: at('14:00:00') }];
    const silent = { ...working, progress: undefined, running: false };
    expect(draw({ steps: one, pending: [silent] })).toContain('waits for a worker');
    const progress = { step: 'lint', elapsedSeconds: 15, lastLine: '' };
    const again = { ...working, attempt: 2, running: false, lastFailure: 'disk full\nat x', progress };
    expect(draw({ steps: one, pending: [again] })).toMatch(
      /lint {2}20 s {2}attempt 2 {2}is tried again: disk full$/,
    );
  });

  test('groups the combinations of a matrix under their step', () => {
    const combination = (fold: string, state: CiStepState['state']): CiStepState => ({
      name: `tests-${fold}`,
      state,
      note: '',
      matrix: { step: 'tests', values: { fold, seed: '1' } },
    });
    const matrix = [
      combination('1', 'passed'),
      combination('2', 'running'),
      { name: 'evaluate', state: 'waiting', note: '', needs: ['tests-1', 'tests-2'] },
    ] as const;
    expect(draw({ steps: matrix, pending: [] }).split('\n').slice(2)).toEqual([
      '└ ● tests             1 of 2 passed',
      '  ├ ✓ fold=1, seed=1',
      '  ├ ● fold=2, seed=1',
      '  └ ○ evaluate',
    ]);
  });

  test('of a run that says nothing of needs is a list', () => {
    const old = steps.map(({ name, state, note }) => ({ name, state, note }));
    const lines = draw({ steps: old }).split('\n').slice(2);
    expect(lines.map((line) => line[0])).toEqual(['├', '├', '├', '├', '└']);
  });

  test('fits into any terminal, with and without colours, and loses no step', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.constant('검증 데이터를 읽는 중입니다 '.repeat(4)),
    );
    const state = fc.constantFrom('passed', 'failed', 'running', 'waiting', 'skipped');
    const step = fc.record({ state, note: text, said: text, needs: fc.constant<readonly string[]>([]) });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 20, max: 200 }),
        (drawn, columns) => {
          const chain = drawn.map((each, index) => ({
            ...each,
            note: each.note.replace(/\p{C}/gu, ''),
            said: each.said.replace(/\p{C}/gu, ''),
            name: `step-${index}`,
            needs: index === 0 ? [] : [`step-${index - 1}`],
          }));
          for (const style of [plain, styleFor(true)]) {
            const lines = ciLines(view({ steps: chain, pending: [], id: 'ci/a' }), { columns, style }, now);
            for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(columns);
            expect(lines).toHaveLength(2 + chain.length);
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('the result of a CI run', () => {
  const facts = { seconds: 8.1, documents: [], notes: [] };
  const result = {
    id: 'ci/longhaul/flights/3f2a',
    project: 'longhaul/flights',
    commit: '3f2a',
    passed: false,
    startedAt: at('14:00:00'),
    seconds: 65,
    configDigest: 'sha256:c',
    report: {
      markdown: { digest: 'm', size: 1, name: 'report.md' },
      junit: { digest: 'j', size: 1, name: 'junit.xml' },
    },
    steps: [
      {
        name: 'data',
        needs: [],
        outcome: {
          ...facts,
          status: 'failed',
          reason: '`dvc pull` ended with exit code 1 and left three of the four files behind',
          lastLines: ['ERROR: Unable to find AWS credentials'],
          failure: {
            id: 'dvc-credentials',
            kind: 'code',
            cause: 'The remote storage refused the credentials.',
            mend: 'Renew them and put them where the operator’s file says.',
          },
        },
      },
      { name: 'train', needs: ['data'], outcome: { status: 'skipped', reason: 'data failed' } },
    ],
  } as const;

  test('wraps what a step said beside its branch, and ends with cause, mend and last lines', () => {
    const ended = view({ result, status: 'COMPLETED' });
    expect(ciLines(ended, { columns: 60, style: plain }, now).join('\n')).toBe(
      [
        'ci/longhaul/flights/3f2a  not passed in 1 m 05 s',
        '└ ✗ data     8.1 s  `dvc pull` ended with exit code 1 and',
        '  │                 left three of the four files behind',
        '  └ – train         data failed',
        '',
        'data failed',
        '  cause  The remote storage refused the credentials.',
        '  mend   Renew them and put them where the operator’s file',
        '         says.',
        '  ERROR: Unable to find AWS credentials',
      ].join('\n'),
    );
  });
});
