import { LonghaulError } from '../../core/errors.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { DeploymentTarget } from '../../core/ports/deployment-target.ts';
import type { TargetStatus } from '../../core/serving.ts';
import { armOf, judgeReadiness } from './judge-readiness.ts';

/** A look at least this often, should the target miss to tell of a change. */
const lookEveryMs = 2_000;

/**
 * Waits until `replicas` of the arm are ready, from one change of the target to the next.
 * @throws LonghaulError NotReady with the cause: a crash with its last lines, a missing module, time that ran out
 */
export async function awaitReady(
  target: DeploymentTarget,
  input: {
    readonly lane: LaneRef;
    readonly armId: string;
    readonly replicas: number;
    readonly timeoutMs: number;
  },
  wait: { readonly tell: (line: string) => void; readonly cancelled: AbortSignal },
): Promise<TargetStatus> {
  const { lane, armId, replicas, timeoutMs } = input;
  const deadline = Date.now() + timeoutMs;
  let status = await target.observe(lane);
  const restartsBefore = armOf(status, armId)?.restarts ?? 0;
  for (;;) {
    const readiness = judgeReadiness(status, { armId, replicas, restartsBefore });
    if (readiness.kind === 'ready') return status;
    if (readiness.kind === 'broken') throw new LonghaulError('NotReady', `${readiness.reason}.`);
    const left = deadline - Date.now();
    if (left <= 0)
      throw new LonghaulError('NotReady', `${readiness.told}; waited for ${Math.round(timeoutMs / 1000)} s.`);
    wait.cancelled.throwIfAborted();
    wait.tell(readiness.told);
    await target.changed(lane, Math.min(left, lookEveryMs));
    status = await target.observe(lane);
  }
}
