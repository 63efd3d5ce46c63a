import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPrometheusSource } from '../../../activities/metrics/prometheus.ts';
import type { MetricSource } from '../../../core/ports/metric-source.ts';
import { startModelExporter } from '../../servers/model-exporter.ts';
import type { ModelExporter } from '../../servers/model-exporter.ts';
import { freePort } from '../../servers/process.ts';
import { startPrometheus } from '../../servers/prometheus.ts';
import type { StartedPrometheus } from '../../servers/prometheus.ts';

const lane = { model: 'delays', environment: 'production' };
const metrics = { requests: 'model_requests_total', errors: 'model_errors_total', latency: 'model_latency' };

/** Edges of the histogram of each arm's replicas. */
const usual = ['0.1', '0.50', '2.0'] as const;
const arms = {
  whole: [usual],
  touching: [usual, usual],
  restarted: [usual],
  crashing: [usual],
  promoted: [usual],
  idle: [usual],
  asked: [usual],
  gap: [['0.1', '1']],
} as const;

let prometheus: StartedPrometheus;
let source: MetricSource;
const replicas = new Map<string, readonly ModelExporter[]>();

const replicasOf = (arm: keyof typeof arms): readonly ModelExporter[] => replicas.get(arm) ?? [];

function replicaOf(arm: keyof typeof arms): ModelExporter {
  const [replica] = replicasOf(arm);
  if (replica === undefined) throw new Error(`${arm} has no replica`);
  return replica;
}

const targets = (promoted: readonly string[] = []) =>
  [...replicas].map(([arm, exporters]) => ({
    targets: exporters.map(({ address }) => address),
    labels: { ...lane, arm, track: promoted.includes(arm) ? 'stable' : 'candidate' },
  }));

const ago = (milliseconds: number): string => new Date(Date.now() - milliseconds).toISOString();
const now = (): string => ago(0);
/** For replicas that served nothing before: a scrape under way counts with the window. */
const justBefore = (): string => ago(1_000);
/** What a window may end with while more is served: each scrape that began before is stored. */
const settled = (): string => ago(250);

async function countsOf(armId: string, from: string, to = now(), slowerThanSeconds = 0.5) {
  return (await source.counts({ lane, armId, metrics, from, to, slowerThanSeconds })).counts;
}

beforeAll(async () => {
  for (const [arm, edges] of Object.entries(arms)) {
    replicas.set(arm, await Promise.all(edges.map((one) => startModelExporter(one))));
  }
  prometheus = await startPrometheus(targets());
  source = createPrometheusSource({ url: prometheus.url });
  await Promise.all([...replicas.values()].flat().map((replica) => replica.scraped()));
});
afterAll(async () => {
  for (const replica of [...replicas.values()].flat()) replica.stop();
  await prometheus.stop();
});

describe('counting', () => {
  it('gives whole counts of all, failed and slow requests, without those that chose the candidate', async () => {
    const arm = replicaOf('whole');
    const from = justBefore();
    arm.serve({ seconds: 0.05 }, { seconds: 0.5 }, { seconds: 0.51 }, { seconds: 3, failed: true });
    arm.serve({ seconds: 9, failed: true, chosen: true });
    await arm.scraped();
    expect(await countsOf('whole', from)).toEqual({ total: 4, errors: 1, slow: 2 });
    expect(await countsOf('whole', from, now(), 2)).toMatchObject({ slow: 1 });
  });

  it('counts each request in exactly one of the windows that touch, over all replicas', async () => {
    const start = justBefore();
    let from = start;
    let sum = 0;
    for (let round = 0; round < 8; round += 1) {
      for (const replica of replicasOf('touching')) replica.serve({ seconds: 0.1 });
      await replicasOf('touching')[round % 2]?.scraped();
      const to = settled();
      sum += (await countsOf('touching', from, to)).total;
      from = to;
    }
    await Promise.all(replicasOf('touching').map((replica) => replica.scraped()));
    const end = now();
    sum += (await countsOf('touching', from, end)).total;
    expect(sum).toBe(16);
    expect((await countsOf('touching', start, end)).total).toBe(16);
  });

  it('counts on from zero after a restart, and again the same when asked again', async () => {
    const arm = replicaOf('restarted');
    const from = justBefore();
    arm.serve({ seconds: 0.1 }, { seconds: 0.1, failed: true }, { seconds: 3 });
    await arm.scraped();
    arm.restart();
    arm.serve({ seconds: 3, failed: true }, { seconds: 0.1 });
    await arm.scraped();
    const to = now();
    const first = await countsOf('restarted', from, to);
    expect(first).toEqual({ total: 5, errors: 2, slow: 2 });
    expect(await countsOf('restarted', from, to)).toEqual(first);
  });

  it('counts a replica that crashes after each request, though its counters never fall', async () => {
    const arm = replicaOf('crashing');
    const from = justBefore();
    for (let crash = 0; crash < 3; crash += 1) {
      arm.restart();
      arm.serve({ seconds: 0.1, failed: true });
      await arm.scraped();
    }
    expect(await countsOf('crashing', from)).toEqual({ total: 3, errors: 3, slow: 0 });
  });

  it('does not count an arm again when it is promoted and its track changes', async () => {
    const arm = replicaOf('promoted');
    arm.serve(...Array.from({ length: 20 }, () => ({ seconds: 0.1 })));
    await arm.scraped();
    await arm.scraped();
    const from = now();
    await prometheus.setTargets(targets(['promoted']));
    await expect.poll(async () => tracksOf('promoted'), { timeout: 10_000 }).toContain('stable');
    arm.serve({ seconds: 0.1 });
    await arm.scraped();
    expect((await countsOf('promoted', from)).total).toBe(1);
  });

  it('tells no data from no requests', async () => {
    const arm = replicaOf('idle');
    const from = justBefore();
    await arm.scraped();
    const window = { lane, metrics, from, to: now() };
    const idle = await source.counts({ ...window, armId: 'idle' });
    expect(idle.counts.total).toBe(0);
    expect(idle.samples).toBeGreaterThan(0);
    expect((await source.counts({ ...window, armId: 'unheard-of' })).samples).toBe(0);
  });

  it('gives queries that say the same when a person asks them later', async () => {
    const arm = replicaOf('asked');
    const from = justBefore();
    arm.serve({ seconds: 0.1 });
    await arm.scraped();
    const { queries } = await source.counts({ lane, armId: 'asked', metrics, from, to: now() });
    arm.serve({ seconds: 0.1 });
    await arm.scraped();
    const answer = await fetch(
      `${prometheus.url}/api/v1/query?${new URLSearchParams({ query: queries[0] ?? '' }).toString()}`,
    );
    const { data } = (await answer.json()) as { data: { result: { values: [number, string][] }[] } };
    expect(data.result[0]?.values.at(-1)?.[1]).toBe('1');
  });

  async function tracksOf(armId: string): Promise<readonly string[]> {
    const query = new URLSearchParams({ query: `model_requests_total{arm="${armId}"}` }).toString();
    const answer = await fetch(`${prometheus.url}/api/v1/query?${query}`);
    const { data } = (await answer.json()) as { data: { result: { metric: { track: string } }[] } };
    return data.result.map(({ metric }) => metric.track);
  }
});

describe('edges of the histogram', () => {
  it('are numbers, however they are written, without the one that has no limit', async () => {
    expect(await source.latencyEdges(lane, 'whole', metrics)).toEqual([0.1, 0.5, 2]);
    expect(await source.latencyEdges(lane, 'unheard-of', metrics)).toEqual([]);
  });

  it('have to include the threshold: the error names those that exist', async () => {
    const arm = replicaOf('gap');
    const from = justBefore();
    await arm.scraped();
    await expect(countsOf('gap', from, now(), 0.5)).rejects.toMatchObject({
      type: 'Rejected',
      message: expect.stringMatching(/no edge at 0\.5 s.*it has 0\.1, 1\. Add 0\.5 to the buckets/) as string,
    });
  });
});

describe('failures', () => {
  const window = { from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:00:10Z' };

  it('is unreachable when Prometheus is away', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    await expect(
      createPrometheusSource({ url }).counts({ lane, armId: 'a', metrics, ...window }),
    ).rejects.toMatchObject({
      type: 'Unreachable',
      message: expect.stringMatching(new RegExp(`${url}.*ECONNREFUSED.*longhaul up`)) as string,
    });
  });

  it('refuses a name that is no metric', async () => {
    const query = source.counts({
      lane,
      armId: 'a',
      metrics: { ...metrics, errors: 'up{} or vector(0)' },
      ...window,
    });
    await expect(query).rejects.toMatchObject({ type: 'Rejected' });
  });

  it('never takes a counter of errors that does not exist for no errors', async () => {
    const arm = replicaOf('whole');
    const from = justBefore();
    await arm.scraped();
    const query = source.counts({
      lane,
      armId: 'whole',
      metrics: { ...metrics, errors: 'model_failures_total' },
      from,
      to: now(),
    });
    await expect(query).rejects.toMatchObject({
      type: 'Rejected',
      message: expect.stringContaining('model_failures_total from its start, at 0') as string,
    });
  });
});
