/** Prometheus finds a pod with a sidecar by the job, and makes what a watch reads of what Istio counts, by the guide's rules. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createPrometheusSource } from '../../activities/metrics/index.ts';
import { podScrapeJob } from '../../core/monitoring/pod-scrape-job.ts';
import { startPrometheus } from '../servers/prometheus.ts';
import { eventually } from '../e2e/support/eventually.ts';
import { json, scriptedServer } from './support/api-server.ts';

const guide = readFileSync(new URL('../../docs/kubernetes-metrics.md', import.meta.url), 'utf8');
const blocks = [...guide.matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, text = '']) => parse(text) as object);
const blockWith = (key: string): unknown => blocks.find((block) => key in block);

const answers = { ok: 0, failed: 0, slow: 0 };
/** As Istio's agent serves them at its own port; a series is there from its first answer on. */
const sidecar = createServer(({ url }, response) => {
  const labels = 'reporter="destination",destination_workload="flights"';
  const { ok, failed, slow } = answers;
  const all = ok + failed;
  const lines = [
    'envoy_server_live{} 1',
    ...(ok === 0 ? [] : [`istio_requests_total{${labels},response_code="200"} ${ok}`]),
    ...(failed === 0 ? [] : [`istio_requests_total{${labels},response_code="503"} ${failed}`]),
    ...(all === 0
      ? []
      : [
          `istio_request_duration_milliseconds_bucket{${labels},le="500"} ${all - slow}`,
          `istio_request_duration_milliseconds_bucket{${labels},le="+Inf"} ${all}`,
        ]),
    'istio_requests_total{reporter="source",response_code="503"} 99',
  ];
  if (url !== '/stats/prometheus') response.writeHead(404).end();
  else response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(`${lines.join('\n')}\n`);
});
beforeAll(() => new Promise<void>((resolve) => sidecar.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  sidecar.close();
});

/** A pod as it stands after the injection: Istio's annotations in place of the server's, the server's port as before. */
const podOf = (port: number) => ({
  metadata: {
    ...{ name: 'flights-1', namespace: 'flights', labels: { 'longhaul.dev/track': 'candidate' } },
    annotations: {
      ...{ 'longhaul.dev/environment': 'production', 'longhaul.dev/model': 'flights' },
      ...{ 'longhaul.dev/arm': 'flights-v4', 'prometheus.io/scrape': 'true' },
      ...{ 'prometheus.io/path': '/stats/prometheus', 'prometheus.io/port': String(port) },
    },
  },
  spec: { containers: [{ name: 'server', ports: [{ name: 'http', containerPort: 1, protocol: 'TCP' }] }] },
  status: { phase: 'Running', podIP: '127.0.0.1' },
});

test('requests, errors and slow answers are counted by arm, from zero on', async () => {
  const { port } = sidecar.address() as AddressInfo;
  await using api = await scriptedServer(({ url = '' }, response) => {
    const invalid = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Invalid', code: 422 };
    if (url.includes('sendInitialEvents')) {
      json(response, 422, invalid);
      return;
    }
    if (url.includes('watch=true')) return;
    const items = [podOf(port)];
    json(response, 200, { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items });
  });
  const place = { environment: 'production', namespace: 'flights' };
  const { groups } = blockWith('groups') as { readonly groups: readonly object[] };
  const prometheus = await startPrometheus(
    [],
    'none',
    [podScrapeJob({ ...place, kubeconfig: api.kubeconfig })],
    groups.map((group) => ({ ...group, interval: '200ms' })),
  );
  try {
    const source = createPrometheusSource({ url: prometheus.url });
    const { release } = parse(/^release:\n {2}metrics: .*sidecar.*$/m.exec(guide)?.[0] ?? '') as {
      readonly release: { readonly metrics: Parameters<typeof source.latencyEdges>[2] };
    };
    const from = new Date(Date.now() - 60_000).toISOString();
    const counted = async () => {
      const lane = { environment: 'production', model: 'flights' };
      const to = new Date().toISOString();
      const query = { ...{ lane, from, to, armId: 'flights-v4' }, slowerThanSeconds: 0.5 };
      return source.counts({ ...query, metrics: release.metrics });
    };
    const seen = (what: string, holds: (answer: Awaited<ReturnType<typeof counted>>) => boolean) =>
      eventually(what, async () => {
        const answer = await counted().catch(() => null);
        return answer !== null && holds(answer) ? answer : null;
      });
    const idle = await seen('a sample of a replica that nobody has asked', ({ samples }) => samples > 0);
    expect(idle.counts).toEqual({ total: 0, errors: 0, slow: 0 });
    Object.assign(answers, { ok: 40, failed: 2, slow: 5 });
    const used = await seen('42 requests', ({ counts }) => counts.total === 42 && counts.slow > 0);
    expect(used.counts).toEqual({ total: 42, errors: 2, slow: 5 });
  } finally {
    await prometheus.stop();
  }
});

test('the job of the guide is the one that the stack’s own Prometheus has', () => {
  const { scrape_configs: jobs } = blockWith('scrape_configs') as {
    readonly scrape_configs: readonly object[];
  };
  const { job_name: name, relabel_configs: rules } = podScrapeJob({
    ...{ environment: 'production', namespace: 'flights' },
  });
  expect(jobs).toEqual([expect.objectContaining({ job_name: name, relabel_configs: rules })]);
});
