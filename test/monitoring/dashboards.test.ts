/** Both dashboards, asked of a real Prometheus that has scraped real workers while CI runs and releases went on. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest';
import type { StepOutcome, TrainingAttempt } from '../../core/step.ts';
import { recordMetrics } from '../../core/monitoring/record-metrics.ts';
import { workerMetrics } from '../../core/monitoring/worker-metrics.ts';
import { dashboards } from '../../scripts/dashboards/dashboards.ts';
import { startPrometheus } from '../servers/prometheus.ts';
import type { StartedPrometheus } from '../servers/prometheus.ts';
import { quickPlan } from '../workflow/plan.ts';
import { failed, passed, World } from '../workflow/world.ts';
import { openMonitoredStage } from './monitored-stage.ts';
import type { MonitoredStage } from './monitored-stage.ts';

const project = 'longhaul/flights';
const trigger = { kind: 'person', by: 'ann' } as const;
const commits = ['a', 'b'].map((digit) => digit.repeat(40)) as [string, string];
const world = new World();
let stage: MonitoredStage;
let prometheus: StartedPrometheus;

beforeAll(async () => {
  world.plan = quickPlan();
  stage = await openMonitoredStage(world);
  prometheus = await startPrometheus([{ targets: stage.addresses, labels: {} }], 'longhaul');
  await passCi(commits[0]);
  await failCi(commits[1]);
  await release('released');
  world.traffic = { ...world.traffic, candidateErrors: 0.5 };
  await release('rolledBack');
  world.gate = { passed: false, evidence: 'accuracy 0.8 is below the minimum 0.85' };
  await release('failed');
  world.gate = { passed: true, evidence: '' };
  await release('waitingForApproval');
  await stage.serveRecordGauges();
  await until(async () => (await ask('longhaul_records_read_timestamp_seconds')).length === 1);
}, 180_000);
afterAll(async () => {
  await prometheus.stop();
  await stage.close();
}, 60_000);

/** Of the panels that ask about what does not happen here. */
const empty: Readonly<Record<string, string>> = {
  'Workflow tasks that failed': 'the SDK tells of none before the first',
  'Requests to Temporal that failed': 'the same',
  'Waiting for a lane': 'lanes close when nobody has asked for them',
  Lanes: 'the same',
};

describe.each(dashboards())('$title', ({ panels = [] }) => {
  test.each(panels.filter(({ type }) => type !== 'row'))('$title', async (panel) => {
    const queries = queriesOf(panel);
    expect(queries).not.toEqual([]);
    for (const query of queries) {
      const answer = await ask(query);
      if (!((panel.title ?? '') in empty)) expect(answer, query).not.toEqual([]);
    }
  });
});

describe('what an operator reads', () => {
  const panelOf = (wanted: string): string => {
    const panels = dashboards().flatMap((board) => board.panels ?? []);
    const found = panels.find(({ title }) => title === wanted);
    return queriesOf(found)[0] ?? '';
  };
  const value = async (title: string): Promise<number> => Number((await ask(panelOf(title)))[0]?.value[1]);

  it('half of what came to production was rolled back, and what never came there does not count', async () => {
    expect(await value('Change failure rate')).toBe(0.5);
    expect(await value('Rollbacks')).toBe(1);
  });

  it('one release waits, for a person', async () => {
    const [waits] = await ask(panelOf('What waits, on whom, and how long'));
    expect(waits?.metric).toMatchObject({ project, phase: 'waitingForApproval', on: 'a person' });
    expect(Number(waits?.value[1])).toBeGreaterThan(0);
  });

  it('two of three CI runs passed; two runs of the same flaky test are one flaky test', async () => {
    expect(await value('CI runs that passed')).toBeCloseTo(2 / 3);
    expect(await value('Flaky tests')).toBe(1);
    expect(await value('Saved by taking results over')).toBe(95);
  });
});

const queriesOf = (panel: object | undefined): readonly string[] =>
  ((panel as Partial<Panel> | undefined)?.targets ?? []).map((target) => (target as Dataquery).expr);

it('Prometheus takes every alert that docs/monitoring.md proposes', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/monitoring.md'), 'utf8');
  const alerts = [...page.matchAll(/^ +expr: (.+)$/gm)].map(([, expr = '']) => expr);
  expect(alerts.length).toBeGreaterThan(5);
  for (const expr of alerts) await ask(expr);
  const told = new Set(
    [...Object.values(recordMetrics), ...Object.values(workerMetrics)].map(({ name }) => name),
  );
  const named = alerts.flatMap((expr) => expr.match(/longhaul_\w+/g) ?? []);
  expect(named.filter((name) => !told.has(name))).toEqual([]);
});

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** Asks as Grafana does, with its variables at their defaults and spans that fit a short story. */
async function ask(expr: string): Promise<readonly Series[]> {
  const query = expr
    .replaceAll(/\$(project|environment|queue)/g, '.*')
    .replaceAll('$window', '7d')
    .replaceAll('$__rate_interval', '1m');
  const response = await fetch(`${prometheus.url}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
  const answer = (await response.json()) as {
    readonly error?: string;
    readonly data?: { readonly result: readonly Series[] };
  };
  expect(answer.error, query).toBeUndefined();
  return answer.data?.result ?? [];
}

/** Asks again and again; a story is told in a hook, where `expect.poll` is not to be had. */
const until = (holds: () => Promise<boolean>): Promise<void> =>
  vi.waitFor(
    async () => {
      expect(await holds()).toBe(true);
    },
    { timeout: 60_000, interval: 100 },
  );

async function runCi(commit: string): Promise<void> {
  const { id } = await stage.client.startCiRun({ project, commit, trigger });
  await until(async () => (await stage.client.ciRun(id))?.status !== 'RUNNING');
}

/** Twice: the second run takes a result over. */
async function passCi(commit: string): Promise<void> {
  const facts = passed('unit-tests');
  const flaky = [
    { name: 'tests/test_fit.py::test_fit', failures: 1, tries: 2, message: 'assert 0.49 > 0.5' },
  ];
  const tests = { passed: 40, failed: 0, skipped: 1 };
  const data = [
    { target: 'data/full', digest: 'sha256:d', files: 3, bytes: 9_000_000, source: 'remote' as const },
  ];
  world.stepOutcomes.set('unit-tests', () => Promise.resolve({ ...facts, tests, flaky } as StepOutcome));
  world.stepOutcomes.set('data-validation', () => Promise.resolve({ ...facts, data } as StepOutcome));
  world.stepOutcomes.set('train-sample', () => Promise.resolve({ ...facts, training } as StepOutcome));
  world.stepOutcomes.set('train', () => Promise.resolve({ ...facts, training } as StepOutcome));
  await runCi(commit);
  const takenFrom = { run: `ci/${project}/${commit}`, commit, at: new Date().toISOString(), seconds: 95 };
  world.stepOutcomes.set('feature-tests', () => Promise.resolve({ ...facts, takenFrom } as StepOutcome));
  await runCi(commit);
}

async function failCi(commit: string): Promise<void> {
  world.stepOutcomes.set('lint', () => Promise.resolve(failed('ruff found 3 problems')));
  await runCi(commit);
  world.stepOutcomes.delete('lint');
}

/** A training that was preempted once, and then ran under a rung. */
const training = (() => {
  const attempt = (number: number, ended: TrainingAttempt['ended']): TrainingAttempt => ({
    ...{ number, ended, host: 'a', startedAt: '', endedAt: '', settings: {}, fromEpoch: 0, toEpoch: 3 },
    ...{ checkpoint: 2, secondsUseful: 60, secondsLost: 5, rungs: ['half batch'] },
  });
  return {
    ...{ epoch: 3, epochs: 3, resumedFrom: 2, attempt: 2, metrics: {} },
    ledger: {
      attempts: [attempt(1, 'preemption'), attempt(2, 'passed')],
      seconds: { useful: 120, lost: 10, waiting: 3 },
    },
  };
})();

/** A release of the commit whose CI passed, until it has ended so or is in that phase. */
async function release(end: 'released' | 'rolledBack' | 'failed' | 'waitingForApproval'): Promise<void> {
  const input = { project, commit: commits[0], model: 'flight-delay', trigger };
  const { id } = await stage.client.startRelease(input);
  await until(async () => {
    const { record, status } = (await stage.client.release(id)) ?? {};
    const asks = record?.phase === 'waitingForApproval';
    if (end === 'waitingForApproval') return asks;
    if (asks && record.approvals.length === 0) await stage.client.send(id, 'approve', { by: 'ann' });
    return record?.outcome?.kind === end && status !== 'RUNNING';
  });
}
