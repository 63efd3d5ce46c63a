/** The dashboard for those who release models: what waits on whom, how releases end, what CI and training cost. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { recordMetrics as told } from '../../core/monitoring/record-metrics.ts';
import { workerMetrics as counted } from '../../core/monitoring/worker-metrics.ts';
import { bars, lines, numbers, rows, stacks } from './panels.ts';
import { increase, series, shareOf } from './promql.ts';

const project = { project: '$project' } as const;
const inWindow = { project: '$project', window: '$window' } as const;
const lane = { environment: '$environment' } as const;

/** Of several workers of one queue each tells the same gauges: the largest is taken before anything is added up. */
const once = (gauge: string, by: string): string => `max by (${by}) (${gauge})`;
const total = (gauge: string): string => `sum(max without (instance, job) (${gauge}))`;
const totalBy = (by: string, gauge: string): string =>
  `sum by (${by}) (max without (instance, job) (${gauge}))`;

const outcomes = (outcome: string): string => total(series(told.releasesEnded, { ...inWindow, outcome }));
const waitingFor = (phase: string): string => series(told.releaseWaiting, { ...project, phase });
const lead = (quantile: string): string => `max(${series(told.leadTime, { ...inWindow, quantile })})`;
const ciTime = (quantile: string): string => `max(${series(told.ciRunTime, { ...inWindow, quantile })})`;

/** A label more, by phase: who has to do something. */
const onWhom = (expr: string): string =>
  [
    ['.*', 'Longhaul'],
    ['waitingForApproval', 'a person'],
    ['waitingFor.*Lane', 'another release'],
  ].reduce(
    (inner, [phase = '', who = '']) => `label_replace(${inner}, "on", "${who}", "phase", "${phase}")`,
    expr,
  );

const now: readonly Builder<Panel>[] = [
  numbers({
    title: 'Open releases',
    about: 'Releases that have begun and not ended.',
    queries: { open: total(series(told.releasesOpen, project)) },
    none: '0',
  }),
  numbers({
    title: 'Waiting for a person',
    about: 'Releases whose evidence is ready and that nobody has approved or rejected.',
    queries: { waiting: total(series(told.releasesOpen, { ...project, phase: 'waitingForApproval' })) },
    none: '0',
    alarming: [1, 5],
  }),
  numbers({
    title: 'Longest wait for an approval',
    about:
      'An approval expires after `release.approval.expires`, 7 days by default, and is a rejection then.',
    unit: 's',
    queries: { longest: `max(${waitingFor('waitingForApproval')})` },
    none: 'nobody is asked',
    alarming: [86_400, 5 * 86_400],
  }),
  numbers({
    title: 'CI runs now',
    about: 'CI runs that go on.',
    queries: { open: total(series(told.ciRunsOpen, project)) },
    none: '0',
  }),
  numbers({
    title: 'Left behind',
    about:
      'Releases of the window that left something that could not be undone. `longhaul release show` names it.',
    queries: { 'with residue': total(series(told.residue, inWindow)) },
    none: '0',
    alarming: [1, 1],
  }),
  numbers({
    title: 'As of',
    about: 'Age of what this dashboard tells. Above a minute, the orchestration worker or Temporal is away.',
    unit: 's',
    queries: { ago: `time() - max(${series(told.readAt)})` },
    none: 'never',
    alarming: [60, 300],
  }),
  rows(
    {
      title: 'What waits, on whom, and how long',
      about: 'The open release that has been longest in each phase.',
      unit: 's',
      queries: { waits: onWhom(once(series(told.releaseWaiting, project), 'project, model, phase')) },
      none: 'no release is open',
    },
    ['project', 'model', 'phase', 'on'],
    'for',
  ),
  rows(
    {
      title: 'Lanes',
      about: 'For how long each lane has been held (0: free).',
      unit: 's',
      queries: { held: once(series(told.laneHeld, lane), 'model, environment') },
      none: 'no lane was asked for lately',
      width: 6,
    },
    ['model', 'environment'],
    'held for',
  ),
  bars({
    title: 'Waiting for a lane',
    about: 'Releases in the queue of each lane.',
    queries: { '{{model}} in {{environment}}': once(series(told.laneWaiting, lane), 'model, environment') },
    none: 'nobody waits',
    width: 6,
    alarming: [1, 3],
  }),
];

const ends: readonly Builder<Panel>[] = [
  numbers({
    title: 'Change failure rate',
    about: 'Of the releases that came to production in the window: the share that was rolled back.',
    unit: 'percentunit',
    queries: { rate: shareOf(outcomes('rolledBack'), outcomes('released|rolledBack')) },
    none: 'none came to production',
    width: 6,
    alarming: [0.15, 0.3],
  }),
  numbers({
    title: 'Rollbacks',
    about: 'Releases that were rolled back in the window, by a verdict or by a person.',
    queries: { 'rolled back': outcomes('rolledBack') },
    none: '0',
    width: 6,
    alarming: [1, 3],
  }),
  numbers({
    title: 'Lead time',
    about: 'From the start of the commit’s CI run to released: the median and the 90th percentile.',
    unit: 's',
    queries: { median: lead('0.5'), 'nine of ten': lead('0.9') },
    none: 'none was released',
    width: 12,
  }),
  bars({
    title: 'How releases ended',
    about: 'Releases of the window by outcome.',
    queries: { '{{outcome}}': totalBy('outcome', series(told.releasesEnded, inWindow)) },
    none: 'none ended',
  }),
  bars({
    title: 'Which gates failed',
    about: 'Gates that said no to releases of the window.',
    queries: { '{{gate}}': totalBy('gate', series(told.gates, { ...inWindow, result: 'failed' })) },
    none: 'none failed',
  }),
  lines({
    title: 'Outcomes over time',
    about: 'Releases that ended in the window that looks back from each moment.',
    queries: { '{{outcome}}': totalBy('outcome', series(told.releasesEnded, inWindow)) },
    width: 8,
  }),
];

const watches: readonly Builder<Panel>[] = [
  stacks({
    title: 'Verdicts of looks',
    about:
      'Looks of canaries and stabilizations. `noData` and `providerError`: the metrics of the models are away.',
    queries: {
      '{{phase}} {{verdict}}': `sum by (phase, verdict) (${increase(series(counted.looks, lane))})`,
      '{{phase}} asks a person': `sum by (phase) (${increase(series(counted.holds, lane))})`,
    },
  }),
  lines({
    title: 'Traffic to candidates',
    about: 'Share of the requests that the candidate of each open release gets.',
    unit: 'percent',
    queries: { '{{model}}': once(series(told.candidateWeight, project), 'model') },
    width: 6,
  }),
  stacks({
    title: 'Load tests',
    about: 'Load tests against staging, by result.',
    queries: { '{{result}}': `sum by (result) (${increase(series(counted.loadTests, project))})` },
    width: 6,
  }),
];

const ciEnded = 'passed|failed|timedOut';
const ci: readonly Builder<Panel>[] = [
  numbers({
    title: 'CI runs that passed',
    about: 'Of the CI runs of the window that were not cancelled.',
    unit: 'percentunit',
    queries: {
      passed: shareOf(
        total(series(told.ciRuns, { ...inWindow, result: 'passed' })),
        total(series(told.ciRuns, { ...inWindow, result: 'passed|failed' })),
      ),
    },
    none: 'none ended',
  }),
  numbers({
    title: 'Time of a CI run',
    about: 'The median and the 90th percentile of the window, over the slowest project.',
    unit: 's',
    queries: { median: ciTime('0.5'), 'nine of ten': ciTime('0.9') },
    none: 'none ended',
    width: 8,
  }),
  numbers({
    title: 'Saved by taking results over',
    about: 'What steps would have taken whose inputs had been seen to pass.',
    unit: 's',
    queries: { saved: total(series(told.ciSecondsSaved, inWindow)) },
    none: '0',
    width: 6,
  }),
  numbers({
    title: 'Flaky tests',
    about: 'Tests of the window that failed and then passed. `longhaul ci flaky` names them.',
    queries: { flaky: total(series(told.ciFlakyTests, inWindow)) },
    none: '0',
    width: 6,
    alarming: [1, 10],
  }),
  bars({
    title: 'Success of steps',
    about: 'Of the steps of the window that ran or were taken over: the share that passed.',
    unit: 'percentunit',
    queries: {
      '{{step}}': shareOf(
        totalBy('step', series(told.ciSteps, { ...inWindow, status: 'passed' })),
        totalBy('step', series(told.ciSteps, { ...inWindow, status: ciEnded })),
      ),
    },
    none: 'none ended',
    width: 6,
  }),
  bars({
    title: 'Flaky tests by step',
    about: 'Tests of the window that failed and then passed.',
    queries: { '{{step}}': totalBy('step', series(told.ciFlakyTests, inWindow)) },
    none: 'none was flaky',
    width: 6,
  }),
  bars({
    title: 'Why steps failed',
    about: 'Causes that were recognized. `longhaul ci show` says what to do about each.',
    queries: {
      '{{cause}} in {{step}}': totalBy('cause, step', series(told.ciFailures, inWindow)),
    },
    none: 'none failed',
    width: 6,
  }),
  bars({
    title: 'CI runs by project',
    about: 'CI runs of the window.',
    queries: {
      '{{project}} {{result}}': totalBy('project, result', series(told.ciRuns, inWindow)),
    },
    none: 'none ended',
    width: 6,
  }),
];

const training: readonly Builder<Panel>[] = [
  bars({
    title: 'Training time of releases',
    about: 'Useful, lost (done again after a crash or a preemption), and waiting between attempts.',
    unit: 's',
    queries: { '{{kind}}': totalBy('kind', series(told.trainingTime, inWindow)) },
    none: 'no release trained',
  }),
  stacks({
    title: 'How attempts of trainings ended',
    about:
      'All attempts, also those of CI. Preemptions and faults of the infrastructure cost only what came after the last checkpoint.',
    queries: { '{{ended}}': `sum by (ended) (${increase(series(counted.trainingAttempts, project))})` },
    width: 8,
  }),
  stacks({
    title: 'Attempts under a memory rung',
    about:
      'Attempts that ran with the settings of a rung of `onOutOfMemory`: make them the default when it is always the same.',
    queries: {
      '{{step}} {{rung}}': `sum by (step, rung) (${increase(series(counted.memoryRungs, project))})`,
    },
    width: 8,
  }),
];

/** By the heading of each row. */
export const releasePanels: Readonly<Record<string, readonly Builder<Panel>[]>> = {
  Now: now,
  'How releases end': ends,
  'Canary, stabilization, load': watches,
  'Continuous integration': ci,
  Training: training,
};
