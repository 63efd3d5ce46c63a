import type { LaneRef } from '../../core/ids.ts';
import type { ArmStatus, TargetStatus, Track } from '../../core/serving.ts';
import type { Cluster } from '../api/cluster.ts';
import { diagnoseRollout } from '../rollout/diagnose.ts';
import { gatherRolloutFacts } from '../rollout/gather.ts';
import { imageDigestOf } from '../rollout/image-digest.ts';
import type { ServedArm } from './layout.ts';
import { routerOf, type TargetParts } from './parts.ts';
import { previewOf } from './preview.ts';
import { readLane } from './read-lane.ts';

/** What the lane serves now: replicas as the cluster sees them, the weight as the router has it. */
export async function observeLane(parts: TargetParts, lane: LaneRef): Promise<TargetStatus> {
  const { cluster, environment } = parts;
  const state = await readLane(parts, lane);
  const router = state.layout === null ? null : routerOf(parts, state);
  const [candidateWeight, looks] = await Promise.all([
    router?.get(lane) ?? 0,
    Promise.all([lookAt(cluster, 'stable', state.stable), lookAt(cluster, 'candidate', state.candidate)]),
  ]);
  const seen = looks.flat();
  const warnings = [
    ...((await router?.warnings(lane, candidateWeight)) ?? []),
    ...seen.flatMap((look) => look.warnings),
  ];
  return {
    lane,
    arms: seen.map(({ status }) => status),
    candidateWeight,
    baseUrl: environment.baseUrl,
    ...(Object.keys(environment.headers).length === 0 ? {} : { headers: environment.headers }),
    ...(state.layout === 'colour' ? previewOf(parts, lane) : {}),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
}

interface Look {
  readonly status: ArmStatus;
  readonly warnings: readonly string[];
}

async function lookAt(cluster: Cluster, track: Track, served: ServedArm | null): Promise<readonly Look[]> {
  return served === null ? [] : [await lookAtArm(cluster, track, served)];
}

/** How many replicas of the arm are ready, and why not all. */
export async function lookAtArm(
  cluster: Cluster,
  track: Track,
  { arm: { id, serve, version }, deployment }: ServedArm,
): Promise<Look> {
  const facts = await gatherRolloutFacts(cluster, deployment);
  const { warnings, ...counts } = diagnoseRollout(facts);
  const imageDigest = serve.container === undefined ? undefined : imageDigestOf(facts, serve.container.image);
  return {
    status: { track, id, version, ...counts, ...(imageDigest === undefined ? {} : { imageDigest }) },
    warnings,
  };
}
