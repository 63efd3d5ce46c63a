import { setTimeout as pause } from 'node:timers/promises';
import { LonghaulError } from '../../core/errors.ts';
import type { MetricSource } from '../../core/ports/metric-source.ts';
import type { Guardrail, WatchPolicy } from '../../core/watch.ts';
import type { WatchActivities } from '../contracts.ts';
import { missingEdge } from './prometheus.ts';

const POLL_MS = 500;

/**
 * Resolves once every metric that the policies rest on is scraped and every latency limit is an edge of the
 * histogram. A fresh replica's first scrape is waited for; `onWait` is called at each turn.
 * @throws LonghaulError Rejected, with what is missing and how to add it; Unreachable
 */
export async function checkMetrics(
  source: MetricSource,
  input: Parameters<WatchActivities['checkMetrics']>[0],
  waiting: { readonly patienceMs: number; readonly onWait: () => void },
): Promise<void> {
  const thresholds = latencyThresholds(input.policies);
  const deadline = Date.now() + waiting.patienceMs;
  for (;;) {
    const problem = await problemWithMetrics(source, input, thresholds);
    if (problem === null) return;
    if (Date.now() >= deadline) throw problem;
    waiting.onWait();
    await pause(POLL_MS);
  }
}

/** Null when all is there; what is missing when it may yet come with the next scrape. */
async function problemWithMetrics(
  source: MetricSource,
  input: Parameters<WatchActivities['checkMetrics']>[0],
  thresholds: readonly number[],
): Promise<LonghaulError | null> {
  const { lane, armId, metrics } = input;
  const edges = thresholds.length === 0 ? [] : await source.latencyEdges(lane, armId, metrics);
  if (edges.length > 0) {
    const absent = thresholds.find((threshold) => !edges.includes(threshold));
    if (absent !== undefined) throw missingEdge(metrics.latency, absent, edges);
  }
  const now = Date.now();
  const window = { from: new Date(now - 60_000).toISOString(), to: new Date(now).toISOString() };
  try {
    const { samples } = await source.counts({
      lane,
      armId,
      metrics,
      ...window,
      ...(thresholds[0] === undefined ? {} : { slowerThanSeconds: thresholds[0] }),
    });
    return samples > 0 ? null : notScraped(input);
  } catch (error) {
    if (error instanceof LonghaulError && error.type === 'Rejected') return error;
    throw error;
  }
}

const latencyThresholds = (policies: readonly WatchPolicy[]): readonly number[] =>
  policies
    .flatMap(({ guardrails }): readonly Guardrail[] => guardrails)
    .flatMap((guardrail) => (guardrail.sli === 'latency' ? [guardrail.thresholdSeconds] : []));

const notScraped = (input: Parameters<WatchActivities['checkMetrics']>[0]): LonghaulError =>
  new LonghaulError(
    'Rejected',
    `No sample of ${input.metrics.requests} of the arm ${input.armId} (${input.lane.model} in ${input.lane.environment}) has come within a minute.`,
    {
      mend: "Check that the server exports it at `serve.metricsPath` from its start, and that the environment's Prometheus scrapes it with the labels environment, model and arm.",
    },
  );
