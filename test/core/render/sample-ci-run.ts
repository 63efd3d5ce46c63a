import type { StepFingerprint } from '../../../core/fingerprint.ts';
import type { CiPageExtras } from '../../../core/render/ci-html.ts';
import type { EndedCiRun } from '../../../core/render/ci-report.ts';
import type { TrainingAttempt } from '../../../core/step.ts';

const at = (clock: string): string => `2026-11-23T${clock}.000Z`;
const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const log = { digest: digest('7'), size: 10, name: 'step.log' };
const facts = { documents: [], notes: [], log };

const attempt: TrainingAttempt = {
  number: 1,
  host: 'gpu-1',
  startedAt: at('14:00:30'),
  endedAt: at('14:00:49'),
  ended: 'preemption',
  rungs: [],
  settings: {},
  fromEpoch: 0,
  toEpoch: 2,
  checkpoint: 1,
  secondsUseful: 10,
  secondsLost: 9,
};

/** A run with one of each: a step taken over, a flaky one, one that failed, a training that was cut short once. */
export const sampleRun: EndedCiRun = {
  id: 'ci/longhaul/flights/3f2a91c0d4e1000000000000000000000000aaaa',
  runId: '01a2097f-8972-71c9-8766-7cc2f8622500',
  project: 'longhaul/flights',
  commit: '3f2a91c0d4e1000000000000000000000000aaaa',
  trigger: { kind: 'push', by: 'ann@example.org' },
  startedAt: at('14:00:00'),
  seconds: 96,
  configDigest: digest('c'),
  cache: 'use',
  steps: [
    {
      name: 'lint',
      needs: [],
      startedAt: at('14:00:01'),
      outcome: {
        status: 'passed',
        outputs: [],
        seconds: 0.3,
        ...facts,
        takenFrom: {
          run: 'ci/longhaul/flights/9c1b',
          commit: '9c1b00aa77ff',
          at: at('13:00:00'),
          seconds: 8.1,
        },
      },
    },
    {
      name: 'unit-tests',
      needs: ['lint'],
      startedAt: at('14:00:02'),
      outcome: {
        status: 'passed',
        outputs: [],
        seconds: 21.4,
        ...facts,
        tests: { passed: 43, failed: 0, skipped: 1 },
        coverage: 91.2,
        fingerprint: digest('f'),
        because: ['src/features.py changed'],
        flaky: [
          {
            name: 'tests/unit/test_model.py::test_fit',
            failures: 1,
            tries: 2,
            message: 'assert 0.499 > 0.5',
          },
        ],
      },
    },
    {
      name: 'data-validation',
      needs: ['lint'],
      startedAt: at('14:00:02'),
      outcome: {
        status: 'failed',
        reason: '`dvc pull` ended with exit code 1',
        exitCode: 1,
        seconds: 6.5,
        ...facts,
        lastLines: [
          'ERROR: failed to connect to s3 (data/sample) - Unable to locate credentials',
          'Learn more about configuration settings in the manual.',
        ],
        failure: {
          id: 'dvc-credentials-missing',
          kind: 'code',
          cause: 'The remote storage refused the credentials.',
          mend: 'Put AWS_ACCESS_KEY_ID under `secrets` in the operator’s file, and name it in the step.',
        },
      },
    },
    {
      name: 'train-sample',
      needs: ['unit-tests'],
      startedAt: at('14:00:25'),
      outcome: {
        status: 'passed',
        outputs: [],
        seconds: 64,
        ...facts,
        metrics: { accuracy: 0.9134, loss: 0.2 },
        data: [{ target: 'data/sample', digest: digest('d'), files: 12, bytes: 3_141_592, source: 'cache' }],
        notes: ['data taken from the cache, the remote did not answer'],
        training: {
          epoch: 3,
          epochs: 3,
          resumedFrom: 1,
          attempt: 2,
          metrics: { loss: 0.2 },
          ledger: {
            attempts: [
              { ...attempt, reason: 'the worker was lost' },
              {
                ...attempt,
                number: 2,
                startedAt: at('14:00:54'),
                endedAt: at('14:01:34'),
                ended: 'passed',
                rungs: ['smaller-batch'],
                settings: { BATCH_SIZE: '32', ACCUMULATE: '2' },
                fromEpoch: 1,
                toEpoch: 3,
                checkpoint: 3,
                secondsUseful: 40,
                secondsLost: 0,
              },
            ],
            seconds: { useful: 50, lost: 9, waiting: 5 },
          },
        },
      },
    },
    {
      name: 'evaluate',
      needs: ['train-sample', 'data-validation'],
      outcome: { status: 'skipped', reason: 'data-validation failed' },
    },
  ],
};

const fingerprint: StepFingerprint = {
  digest: digest('f'),
  project: 'longhaul/flights',
  step: 'unit-tests',
  run: sampleRun.id,
  commit: sampleRun.commit,
  files: { 'src/model.py': '100644 abc', 'tests/unit/test_model.py': '100644 def' },
  inputs: ['src/**', 'tests/unit/**'],
  commands: ['pytest tests/unit'],
  env: {},
  secrets: {},
  python: { requirements: ['requirements.txt'], version: '3.11.9', lock: digest('e'), install: [] },
  data: {},
  needs: {},
  tools: { platform: 'linux-x64', format: '1' },
  judgement: digest('b'),
};

export const sampleExtras: CiPageExtras = {
  fingerprints: new Map([['unit-tests', fingerprint]]),
  curves: new Map([
    [
      'train-sample',
      [0.9, 0.45, 0.2].map((loss, index) => ({
        epoch: index + 1,
        metrics: { loss, accuracy: 1 - loss / 2 },
      })),
    ],
  ]),
};
