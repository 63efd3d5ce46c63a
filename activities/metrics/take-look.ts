import { LonghaulError } from '../../core/errors.ts';
import type { CountAnswer, MetricSource } from '../../core/ports/metric-source.ts';
import { judge } from '../../core/watch/judge.ts';
import type { Observation } from '../../core/watch/judge.ts';
import type { Look, WatchState } from '../../core/watch.ts';
import type { LookInput } from '../contracts.ts';

/** Samples younger than this may not be stored yet. */
const LAG_MS = 2_000;

/** Data is missing only when this long no sample came: looks may be closer together than scrapes. */
const SIGHT_MS = 15_000;

interface Observed {
  readonly observation: Observation;
  readonly queries: readonly string[];
}

/**
 * Counts both arms from the end of the last look to shortly before `now` (Unix milliseconds), and judges. The window
 * is fixed by the state, so a look whose answer was lost and that is taken again counts nothing twice.
 */
export async function takeLook(
  source: MetricSource,
  input: LookInput,
  now: number,
): Promise<{ readonly look: Look; readonly state: WatchState }> {
  const { observation, queries } = await observe(source, input, now);
  const { state, ...judgement } = judge({
    policy: input.policy,
    state: input.state,
    observation,
    concluding: input.concluding,
    extendedMs: input.extendedMs,
    acknowledged: input.acknowledged,
  });
  const { candidate, champion, looks } = state;
  const at = new Date(now).toISOString();
  return {
    look: { number: looks, at, phase: input.phase, candidate, champion, ...judgement, queries },
    state,
  };
}

/** A failing metric source is something seen, not an error: the judge decides how long to bear it. */
async function observe(source: MetricSource, input: LookInput, now: number): Promise<Observed> {
  try {
    return await countArms(source, input, now);
  } catch (error) {
    if (!(error instanceof LonghaulError)) throw error;
    return { observation: { kind: 'providerError', reason: error.message }, queries: [] };
  }
}

async function countArms(source: MetricSource, input: LookInput, now: number): Promise<Observed> {
  const from = Date.parse(input.state.countedUntil);
  const until = Math.max(from, now - LAG_MS);
  const arm = (armId: string, since: number): Promise<CountAnswer> =>
    source.counts({
      lane: input.lane,
      armId,
      metrics: input.metrics,
      ...latencyThreshold(input),
      from: new Date(since).toISOString(),
      to: new Date(until).toISOString(),
    });
  const [candidate, champion] = await Promise.all([
    arm(input.candidateArm, from),
    input.championArm === null ? null : nullWhenRejected(arm(input.championArm, from)),
  ]);
  const inSight =
    candidate.samples > 0 || until - from >= SIGHT_MS
      ? candidate.samples
      : (await arm(input.candidateArm, until - SIGHT_MS)).samples;
  return {
    observation: {
      kind: 'counts',
      until: new Date(until).toISOString(),
      candidate: candidate.counts,
      candidateSamples: inSight,
      champion: champion?.counts ?? null,
    },
    queries: [...candidate.queries, ...(champion?.queries ?? [])],
  };
}

/**
 * A champion of an older commit may lack a metric or an edge that today's limits need. It then cannot be compared with,
 * which must not keep the candidate from being judged by its own counts.
 */
async function nullWhenRejected(counting: Promise<CountAnswer>): Promise<CountAnswer | null> {
  try {
    return await counting;
  } catch (error) {
    if (error instanceof LonghaulError && error.type === 'Rejected') return null;
    throw error;
  }
}

/** Counts hold one number of slow requests, so a policy has one latency limit. */
function latencyThreshold({ policy }: LookInput): { readonly slowerThanSeconds?: number } {
  const limit = policy.guardrails.find(({ sli }) => sli === 'latency');
  return limit?.sli === 'latency' ? { slowerThanSeconds: limit.thresholdSeconds } : {};
}
