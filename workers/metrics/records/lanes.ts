import type { Client } from '@temporalio/client';
import { laneStatusOf } from '../../../client/lanes.ts';
import type { LaneRef } from '../../../core/ids.ts';
import { sample } from '../../../core/monitoring/metric.ts';
import type { Sample } from '../../../core/monitoring/metric.ts';
import { recordMetrics } from '../../../core/monitoring/record-metrics.ts';
import type { Execution } from './executions.ts';

/** Asks each open lane who holds it and who waits; one that does not answer now is left out. */
export async function readLanes(
  client: Client,
  executions: readonly Execution[],
  now: number,
): Promise<readonly Sample[]> {
  const lanes = executions.filter(({ type, open }) => type === 'lane' && open);
  const answers = await Promise.allSettled(lanes.map(({ id }) => laneStatusOf(client, laneIn(id))));
  return answers.flatMap((answer) => {
    const status = answer.status === 'fulfilled' ? answer.value : null;
    if (status === null) return [];
    const { model, environment } = status.lane;
    const { holder } = status;
    const heldMs = holder === null ? 0 : now - Date.parse(holder.grantedAt ?? holder.since);
    return [
      sample(recordMetrics.laneHeld, { model, environment }, Math.max(0, heldMs) / 1000),
      sample(recordMetrics.laneWaiting, { model, environment }, status.waiting.length),
    ];
  });
}

/** The lane of `lane/<model>/<environment>`. */
function laneIn(id: string): LaneRef {
  const [, model = '', environment = ''] = id.split('/');
  return { model, environment };
}
