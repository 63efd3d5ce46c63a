import { endedStepStates } from '../../../../core/render/ci-details.ts';
import type { CiStepResult } from '../../../../core/ci.ts';
import type { CiView, PullRequestFacts } from '../../../../core/forge-view.ts';
import type { PullRequestPolicy } from '../../../../core/pull-request-policy.ts';
import { sampleRun } from '../sample-ci-run.ts';

const data = (digest: string, bytes: number) => [
  {
    target: 'data/sample',
    digest: `sha256:${digest.repeat(64)}`,
    files: 2,
    bytes,
    source: 'remote' as const,
  },
];

export const policy: PullRequestPolicy = {
  checklist: [
    {
      title: 'The model changed',
      files: ['src/model', 'models'],
      items: [
        { item: 'Its performance is validated', steps: ['evaluate*'] },
        { item: 'Its size is acceptable' },
      ],
    },
    {
      title: 'The data changed',
      files: ['**/*.dvc', 'dvc.lock'],
      items: [{ item: 'The data is pushed', pulled: true }],
    },
    {
      title: 'In general',
      items: [{ item: 'Tests pass', steps: ['*test*'] }, { item: 'Somebody else has read it' }],
    },
  ],
  lowerIsBetter: ['*loss*'],
};

export const viewOf = (results: readonly CiStepResult[]): CiView => ({
  id: sampleRun.id,
  project: sampleRun.project,
  commit: sampleRun.commit,
  startedAt: sampleRun.startedAt,
  steps: endedStepStates(results),
  results,
  read: {},
  ended: { passed: results.every(({ outcome }) => outcome.status === 'passed'), seconds: 96 },
});

const evaluated = (accuracy: number, loss: number, digest: string, bytes: number): CiStepResult => ({
  name: 'evaluate',
  outcome: {
    ...{ status: 'passed', outputs: [], seconds: 3, documents: [], notes: [] },
    ...{ metrics: { accuracy, loss }, data: data(digest, bytes), coverage: 91.2 },
  },
});

export const results: readonly CiStepResult[] = [
  ...sampleRun.steps.slice(0, 2),
  evaluated(0.91, 0.3, 'b', 5_000_000),
];

export const facts: PullRequestFacts = {
  run: viewOf(results),
  base: {
    branch: 'main',
    commit: 'aaaabbbbccccddddeeeeffff0000111122223333',
    steps: [evaluated(0.93, 0.4, 'a', 4_000_000)],
  },
  champion: {
    version: '7',
    metrics: { accuracy: 0.9, loss: 0.2 },
    data: { 'data/full': `sha256:${'c'.repeat(64)}` },
  },
  history: [
    {
      ...{ project: sampleRun.project, step: 'unit-tests', test: 'tests/unit/test_model.py::test_fit' },
      ...{ flakyRuns: 3, runs: 40, rate: 3 / 40, firstSeen: '', lastSeen: '', lastCommit: '', message: '' },
    },
  ],
  changedFiles: ['src/model/net.py', 'data/sample.dvc'],
  policy,
};
