import { createWatchActivities } from '../../../../activities/metrics/index.ts';
import { createRegistryActivities } from '../../../../activities/registry/index.ts';
import { createRolloutActivities } from '../../../../activities/rollout/index.ts';
import type {
  LoadTestActivities,
  RegistryActivities,
  RolloutActivities,
  WatchActivities,
} from '../../../../activities/contracts.ts';
import type { LaneRef } from '../../../../core/ids.ts';
import type { Dependencies } from '../../../../workers/dependencies.ts';
import type { World } from '../../../workflow/world.ts';

/** The activities of the queue deploy, the same as its worker has, but for the load test. */
export type DeployActivities = RegistryActivities & RolloutActivities & WatchActivities & LoadTestActivities;

/** Where staging is: beside production, or in memory where a test is about production alone. */
export type Staging = 'onCluster' | 'inMemory';

export function deployActivities(
  { caches, metricSource, registry, targetOf }: Dependencies,
  world: World,
  staging: Staging,
): DeployActivities {
  const rollout = createRolloutActivities({ caches, targetOf });
  return {
    ...createRegistryActivities({ registry }),
    ...(staging === 'onCluster' ? rollout : withStagingOf(world.rollout(), rollout)),
    ...createWatchActivities({ metricSource }),
    ...world.loadTest(),
  };
}

function withStagingOf(memory: RolloutActivities, cluster: RolloutActivities): RolloutActivities {
  const at = ({ environment }: LaneRef): RolloutActivities => (environment === 'staging' ? memory : cluster);
  return {
    planArm: (input) => cluster.planArm(input),
    snapshot: (lane) => at(lane).snapshot(lane),
    deployCandidate: (input) => at(input.lane).deployCandidate(input),
    awaitReady: (input) => at(input.lane).awaitReady(input),
    scaleCandidate: (input) => at(input.lane).scaleCandidate(input),
    setWeight: (input) => at(input.lane).setWeight(input),
    promote: (input) => at(input.lane).promote(input),
    observe: (lane) => at(lane).observe(lane),
    restoreTraffic: (snapshot) => at(snapshot.lane).restoreTraffic(snapshot),
    restoreTarget: (snapshot) => at(snapshot.lane).restoreTarget(snapshot),
  };
}
