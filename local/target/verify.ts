import { laneKey, type LaneRef } from '../../core/ids.ts';
import type { ArmSpec } from '../../core/serving.ts';
import { readRoutes } from '../envoy/admin.ts';
import { clusterName, routeName } from '../envoy/names.ts';
import type { HomePaths } from '../home.ts';
import { replicasOf } from '../lane-view.ts';
import { servingHindrance } from '../supervisor/probe.ts';
import { readObserved } from '../supervisor/state-files.ts';
import type { LaneState } from './lane-state.ts';

/** Where Envoy's weights are not those that are desired. */
export async function trafficResidue({ lane: desired, envoyAdmin }: LaneState): Promise<readonly string[]> {
  const { lane, stable, candidate, candidateWeight } = desired;
  const inEnvoy = (await readRoutes(envoyAdmin)).get(routeName(lane))?.weights ?? new Map<string, number>();
  const wanted = new Map<string, number>();
  if (stable !== null) wanted.set(clusterName(lane, stable.id), 100 - candidateWeight);
  if (candidate !== null) wanted.set(clusterName(lane, candidate.id), candidateWeight);
  return [...new Set([...wanted.keys(), ...inEnvoy.keys()])].flatMap((cluster) => {
    const has = inEnvoy.get(cluster) ?? 0;
    const should = wanted.get(cluster) ?? 0;
    return Math.abs(has - should) < 0.011 ? [] : [`Envoy gives ${cluster} ${has} % instead of ${should} %`];
  });
}

/** Replicas that are missing, that answer as another version, or that should not be there. */
export async function armResidue(
  home: HomePaths,
  lane: LaneRef,
  arms: readonly (ArmSpec | null)[],
): Promise<readonly string[]> {
  const { processes } = await readObserved(home);
  const kept = arms.flatMap((arm) => (arm === null ? [] : [arm]));
  const problems = kept.map(async (arm) => {
    const replicas = replicasOf(lane, arm.id, processes);
    const ready = replicas.filter(({ state }) => state === 'ready');
    const missing =
      ready.length === arm.replicas
        ? []
        : [`${ready.length} of ${arm.replicas} replicas of ${arm.id} are ready`];
    const answers = await Promise.all(ready.map(({ port }) => servingHindrance(port, arm)));
    return [
      ...missing,
      ...answers.flatMap((hindrance) => (hindrance === null ? [] : [`${arm.id}: ${hindrance}`])),
    ];
  });
  const strangers = processes.filter(
    ({ replica }) => replica?.laneKey === laneKey(lane) && !kept.some(({ id }) => id === replica.armId),
  );
  return [...(await Promise.all(problems)).flat(), ...strangers.map(({ key }) => `${key} still runs`)];
}
