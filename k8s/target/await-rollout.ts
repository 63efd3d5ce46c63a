import { LonghaulError } from '../../core/errors.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { ArmStatus } from '../../core/serving.ts';
import { keys, labelValue, laneLabels, type Slot } from '../names.ts';
import { isRolledOut } from './deployment.ts';
import { kinds } from './kinds.ts';
import type { TargetParts } from './parts.ts';
import { lookAtArm } from './observe.ts';
import type { Patience } from './patience.ts';
import { readLane } from './read-lane.ts';

/** A look at least this often, should a watch miss a change. */
const lookEveryMs = 2_000;

export interface Wait {
  readonly tell: (line: string) => void;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** Milliseconds left for a rollout as it stands now, where it may end before the deadline. */
  readonly patience?: Patience;
}

/**
 * Waits until every replica of a slot is of its newest template and ready, and no other is left.
 *
 * @throws LonghaulError NotReady with the cause, Conflict when the slot's Deployment goes
 */
export async function awaitRollout(
  parts: TargetParts,
  lane: LaneRef,
  slot: Slot,
  { tell, deadline, patience }: Wait,
): Promise<void> {
  const { cluster } = parts;
  for (;;) {
    const { stable, candidate } = await readLane(parts, lane);
    const [track, served] =
      candidate?.slot === slot ? (['candidate', candidate] as const) : (['stable', stable] as const);
    if (served?.slot !== slot)
      throw new LonghaulError('Conflict', `The Deployment of ${slot} in ${lane.environment} is gone.`);
    if (isRolledOut(served.view)) return;
    const { status } = await lookAtArm(cluster, track, served);
    const left = Math.min(deadline - Date.now(), patience?.(served.view) ?? Infinity);
    if (status.hopeless === true || left <= 0) throw new LonghaulError('NotReady', `${wordsOf(status)}.`);
    tell(wordsOf(status));
    await cluster.changed([kinds.deployment, kinds.pod], laneLabels(lane), Math.min(left, lookEveryMs));
  }
}

/** Waits until no pod of the lane is left but of these arms, or ending ones, which nobody is sent to. */
export async function awaitOthersGone(
  { cluster }: TargetParts,
  lane: LaneRef,
  kept: readonly string[],
  withinMs: number,
): Promise<readonly string[]> {
  const deadline = Date.now() + withinMs;
  const labels = kept.map(labelValue);
  for (;;) {
    const pods = await cluster.list(kinds.pod, laneLabels(lane));
    const others = pods.filter(
      ({ metadata }) =>
        metadata['deletionTimestamp'] === undefined && !labels.includes(metadata.labels?.[keys.arm] ?? ''),
    );
    const left = deadline - Date.now();
    if (others.length === 0 || left <= 0) return others.map(({ metadata }) => metadata.name);
    await cluster.changed([kinds.pod], laneLabels(lane), Math.min(left, lookEveryMs));
  }
}

const wordsOf = ({ ready, desired, id, problem }: ArmStatus): string =>
  `${ready} of ${desired} replicas of ${id} are ready${problem === undefined ? '' : `: ${problem}`}`;
