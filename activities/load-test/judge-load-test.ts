import { formatPercent, formatValue } from '../../core/numbers.ts';
import type { LoadTestResult, LoadTestSpec } from '../../core/release.ts';
import type { CommandEnd } from '../steps/run-guarded.ts';
import type { K6Figures } from './k6-summary.ts';

/** k6's exit status when thresholds of the script did not hold: the run itself was whole. */
const THRESHOLDS_CROSSED = 99;

export type LoadTestEnd = CommandEnd | { readonly kind: 'timedOut' } | { readonly kind: 'noScript' };

/**
 * Passed only when k6 ran to its end, sent requests, and kept both limits and the script's own thresholds. The
 * reason tells the figures, or why there are none.
 */
export function judgeLoadTest(
  spec: LoadTestSpec,
  end: LoadTestEnd,
  figures: K6Figures | null,
  lastLines: readonly string[],
): Omit<LoadTestResult, 'summary'> {
  const { requests, p95Ms, errorRate } = figures ?? { requests: 0, p95Ms: 0, errorRate: 0 };
  const broken = whyBroken(spec, end, lastLines);
  const problems = broken === null ? whyNotEnough(spec, figures) : [broken];
  const measured = `${requests} requests, P95 ${formatValue(p95Ms)} ms (limit ${formatValue(spec.p95LimitMs)} ms), errors ${formatPercent(errorRate)} (limit ${formatPercent(spec.errorLimit)})`;
  return {
    ...{ requests, p95Ms, errorRate },
    passed: problems.length === 0,
    reason: [...problems, ...(requests > 0 ? [measured] : [])].join('; '),
  };
}

/** Why k6 did not run to its end; null when it did. */
function whyBroken(spec: LoadTestSpec, end: LoadTestEnd, lastLines: readonly string[]): string | null {
  switch (end.kind) {
    case 'noScript':
      return `there is no file ${spec.script} at this commit (loadTest.script in longhaul.yaml)`;
    case 'timedOut':
      return `k6 was ended after ${formatValue(spec.timeoutMs / 1_000)} s (loadTest.timeout in longhaul.yaml)`;
    case 'stopped':
      return 'k6 was stopped';
    case 'notStarted':
      return `k6 could not be started: ${end.reason}`;
    case 'killed':
      return `k6 was ended by ${end.signal}`;
    case 'exited':
      if (end.code === 0 || end.code === THRESHOLDS_CROSSED) return null;
      return `k6 ended with ${end.code}: ${messageOf(lastLines.at(-1) ?? 'it said nothing')}`;
  }
}

/** k6 logs as `time=… level=… msg="…" …`. */
function messageOf(line: string): string {
  const quoted = /\bmsg=("(?:[^"\\]|\\.)*")/.exec(line)?.[1];
  if (quoted === undefined) return line;
  return (JSON.parse(quoted) as string).replaceAll(/\s+/g, ' ').trim();
}

function whyNotEnough(spec: LoadTestSpec, figures: K6Figures | null): readonly string[] {
  if (figures === null) return ['k6 left no summary'];
  if (figures.requests === 0) return ['the script sent no request'];
  return [
    ...(figures.p95Ms < spec.p95LimitMs ? [] : ['P95 is not below its limit']),
    ...(figures.errorRate < spec.errorLimit ? [] : ['errors are not below their limit']),
    ...(figures.crossed.length === 0
      ? []
      : [`the script's own thresholds do not hold: ${figures.crossed.join(', ')}`]),
  ];
}
