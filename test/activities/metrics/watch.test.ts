import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LookInput } from '../../../activities/contracts.ts';
import { checkMetrics } from '../../../activities/metrics/check-metrics.ts';
import { createPrometheusSource, createWatchActivities } from '../../../activities/metrics/index.ts';
import type { WatchPolicy, WatchState } from '../../../core/watch.ts';
import { startWatch } from '../../../core/watch/state.ts';
import { startModelExporter } from '../../servers/model-exporter.ts';
import type { ModelExporter, ServedRequest } from '../../servers/model-exporter.ts';
import { freePort } from '../../servers/process.ts';
import { startPrometheus } from '../../servers/prometheus.ts';
import type { StartedPrometheus } from '../../servers/prometheus.ts';

const lane = { model: 'delays', environment: 'production' };
const metrics = { requests: 'model_requests_total', errors: 'model_errors_total', latency: 'model_latency' };
/** What a look leaves to the next one, and how long a scrape here takes at most. */
const LAG_MS = 2_000;
const SCRAPE_MS = 250;

const policy: WatchPolicy = {
  guardrails: [
    { sli: 'errors', limit: 0.01 },
    { sli: 'latency', limit: 0.05, thresholdSeconds: 0.5 },
  ],
  alpha: 0.05,
  minimumRequests: 50,
  intervalMs: 1_000,
  maxExtensionMs: 0,
  onNoData: 'hold',
  onTooFewRequests: 'hold',
};

let prometheus: StartedPrometheus;
let champion: ModelExporter;
let candidates: readonly ModelExporter[];
const arms = ['good', 'bad', 'slow', 'twice'] as const;
/** A champion whose histogram lacks the edge of the limit. */
let older: ModelExporter;

/** Looks to shortly before now, as lets this Prometheus store what it scrapes. */
const activities = () =>
  createWatchActivities({
    metricSource: () => createPrometheusSource({ url: prometheus.url }),
    now: () => Date.now() + LAG_MS - SCRAPE_MS,
  });

const lookInput = (candidateArm: string, state: WatchState, changed: Partial<LookInput> = {}): LookInput => ({
  lane,
  phase: 'canary',
  candidateArm,
  championArm: 'champion',
  metrics,
  policy,
  state,
  concluding: false,
  extendedMs: 0,
  acknowledged: false,
  ...changed,
});

const begin = (): WatchState => startWatch(new Date(Date.now() - SCRAPE_MS).toISOString());

const times = (count: number, request: ServedRequest): readonly ServedRequest[] =>
  Array.from({ length: count }, () => request);

async function served(arm: (typeof arms)[number], ...requests: readonly ServedRequest[]): Promise<void> {
  const replica = candidates[arms.indexOf(arm)];
  replica?.serve(...requests);
  champion.serve(...times(10, { seconds: 0.01 }));
  for (let settled = 0; settled < 2; settled += 1) {
    await Promise.all([replica?.scraped(), champion.scraped()]);
  }
}

beforeAll(async () => {
  champion = await startModelExporter(['0.1', '0.5', '2']);
  older = await startModelExporter(['0.1', '2']);
  candidates = await Promise.all(arms.map(() => startModelExporter(['0.1', '0.5', '2'])));
  const target = (exporter: ModelExporter, arm: string) => ({
    targets: [exporter.address],
    labels: { ...lane, arm },
  });
  prometheus = await startPrometheus([
    target(champion, 'champion'),
    target(older, 'older'),
    ...candidates.map((exporter, index) => target(exporter, arms[index] ?? '')),
  ]);
  await Promise.all([champion, older, ...candidates].map((exporter) => exporter.scraped()));
});
afterAll(async () => {
  for (const exporter of [champion, older, ...candidates]) exporter.stop();
  await prometheus.stop();
});

describe('looking', () => {
  it('adds up both arms from look to look, and passes a candidate that kept its limits', async () => {
    const state = begin();
    await served('good', ...times(60, { seconds: 0.01 }));
    const first = await activities().look(lookInput('good', state));
    expect(first.look).toMatchObject({
      number: 1,
      phase: 'canary',
      candidate: { total: 60, errors: 0, slow: 0 },
      champion: { total: 10, errors: 0, slow: 0 },
      action: 'continue',
    });
    await served('good', ...times(500, { seconds: 0.01 }));
    const last = await activities().look(lookInput('good', first.state, { concluding: true }));
    expect(last.look).toMatchObject({
      number: 2,
      candidate: { total: 560 },
      champion: { total: 20 },
      verdict: { kind: 'pass' },
      action: 'pass',
    });
    expect(last.look.queries[0]).toContain('model_requests_total{environment="production",model="delays"');
  });

  it('fails a candidate at the first proof of errors', async () => {
    const state = begin();
    await served('bad', ...times(60, { seconds: 0.01 }), ...times(20, { seconds: 0.01, failed: true }));
    const { look } = await activities().look(lookInput('bad', state));
    expect(look).toMatchObject({ verdict: { kind: 'fail' }, action: 'rollBack' });
    expect(look.verdict.reason).toContain('errors 25 % of 80 requests');
  });

  it('fails a candidate that is slow', async () => {
    const state = begin();
    await served('slow', ...times(50, { seconds: 0.4 }), ...times(30, { seconds: 1.9 }));
    const { look } = await activities().look(lookInput('slow', state));
    expect(look).toMatchObject({ candidate: { total: 80, slow: 30 }, verdict: { kind: 'fail' } });
  });

  it('counts nothing twice when a look is taken again after its answer was lost', async () => {
    const state = begin();
    await served('twice', ...times(7, { seconds: 0.01 }));
    await activities().look(lookInput('twice', state));
    const again = await activities().look(lookInput('twice', state));
    expect(again.state.candidate.total).toBe(7);
    const next = await activities().look(lookInput('twice', again.state));
    expect(next.state.candidate.total).toBe(7);
  });

  it('does not take a window between two scrapes for missing data', async () => {
    const state = begin();
    await served('twice', { seconds: 0.01 });
    const first = await activities().look(lookInput('twice', state));
    const { look } = await activities().look(lookInput('twice', first.state, { concluding: true }));
    expect(look.verdict.kind).toBe('needMoreTraffic');
  });

  it('judges the candidate also beside a champion that lacks an edge', async () => {
    const state = begin();
    await served('bad', ...times(10, { seconds: 0.01 }), ...times(10, { seconds: 0.01, failed: true }));
    const { look } = await activities().look(lookInput('bad', state, { championArm: 'older' }));
    expect(look).toMatchObject({ verdict: { kind: 'fail' }, action: 'rollBack', candidate: { total: 20 } });
  });

  it('tells no data when the candidate is not scraped', async () => {
    const { look } = await activities().look(lookInput('unheard-of', begin(), { championArm: null }));
    expect(look).toMatchObject({ verdict: { kind: 'noData' }, champion: { total: 0 } });
  });

  it('tells an absent Prometheus as a verdict and leaves the window for the next look', async () => {
    const state = begin();
    const url = `http://127.0.0.1:${await freePort()}`;
    const away = createWatchActivities({ metricSource: () => createPrometheusSource({ url }) });
    const blind = await away.look(lookInput('twice', state));
    expect(blind.look).toMatchObject({ verdict: { kind: 'providerError' }, action: 'continue' });
    expect(blind.look.verdict.reason).toContain(url);
    await served('twice', { seconds: 0.01 });
    const seeing = await activities().look(lookInput('twice', blind.state));
    expect(seeing.state.candidate.total).toBe(1);
  });
});

describe('checking the metrics before the rollout', () => {
  const check = (
    armId: string,
    changed: Partial<Parameters<typeof checkMetrics>[1]> = {},
    onWait = () => {},
  ) =>
    checkMetrics(
      createPrometheusSource({ url: prometheus.url }),
      { lane, armId, metrics, policies: [policy], ...changed },
      { patienceMs: 600, onWait },
    );

  it('finds all that is there', async () => {
    await check('good');
  });

  it('finds a missing edge of any policy, at once, and says which there are', async () => {
    const strict: WatchPolicy = {
      ...policy,
      guardrails: [{ sli: 'latency', limit: 0.05, thresholdSeconds: 0.3 }],
    };
    let waits = 0;
    const found = check('good', { policies: [policy, strict] }, () => (waits += 1));
    await expect(found).rejects.toMatchObject({
      type: 'Rejected',
      message: expect.stringMatching(/no edge at 0\.3 s.*it has 0\.1, 0\.5, 2\. Add 0\.3/) as string,
    });
    expect(waits).toBe(0);
  });

  it('waits for a first scrape, and then says what was not found', async () => {
    let waits = 0;
    await expect(check('unheard-of', {}, () => (waits += 1))).rejects.toMatchObject({
      type: 'Rejected',
      message: expect.stringContaining('the arm unheard-of (delays in production)') as string,
    });
    expect(waits).toBeGreaterThan(0);
  });

  it('refuses a counter of errors that nobody exports', async () => {
    await expect(check('good', { metrics: { ...metrics, errors: 'failures_total' } })).rejects.toMatchObject({
      type: 'Rejected',
      message: expect.stringContaining('failures_total') as string,
    });
  });

  it('heartbeats while a new replica is not scraped yet, and ends well once it is', async () => {
    const late = await startModelExporter(['0.5']);
    const environment = new MockActivityEnvironment();
    let beats = 0;
    environment.on('heartbeat', () => (beats += 1));
    const input = { lane, armId: 'late', metrics, policies: [policy] };
    const checked = environment.run(() => activities().checkMetrics(input));
    await prometheus.setTargets([{ targets: [late.address], labels: { ...lane, arm: 'late' } }]);
    await checked;
    expect(beats).toBeGreaterThan(0);
    late.stop();
  });
});
