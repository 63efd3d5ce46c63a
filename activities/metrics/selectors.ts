import { LonghaulError } from '../../core/errors.ts';
import type { LaneRef } from '../../core/ids.ts';

/** How far a query reaches back before its window for the last sample before it: more than a scrape may be missed. */
const LOOKBACK_MS = 5 * 60_000;

/** The series of a metric of one arm. */
export function ofArm(metric: string, lane: LaneRef, armId: string): string {
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(metric)) {
    throw new LonghaulError('Rejected', `${JSON.stringify(metric)} is no name of a Prometheus metric.`, {
      mend: 'Name the metric as the server exports it, in `metrics` of longhaul.yaml.',
    });
  }
  const { environment, model } = lane;
  return `${metric}{environment=${quoted(environment)},model=${quoted(model)},arm=${quoted(armId)}}`;
}

/** Without the requests that chose the candidate by header: they selected themselves. */
export const withoutChosen = (selector: string): string => selector.replace(/}$/, ',canary!="true"}');

/** Raw samples from well before the window to its end, in a form that gives the same answer whenever it is asked. */
export function samplesUntil(
  selector: string,
  window: { readonly from: number; readonly to: number },
): string {
  const milliseconds = Math.ceil((window.to - window.from) * 1_000) + LOOKBACK_MS;
  return `${selector}[${milliseconds}ms] @ ${window.to.toFixed(3)}`;
}

const quoted = (value: string): string => JSON.stringify(value);
