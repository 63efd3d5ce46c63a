import type { Manifest } from '../api/cluster.ts';
import { autoscaler } from './autoscaler.ts';
import { configMap } from './config-map.ts';
import { deployment } from './deployment.ts';
import { disruptionBudget } from './disruption-budget.ts';
import type { ArmInSlot, ArmManifests } from './given.ts';
import { mainService, metricsService } from './service.ts';
import { serviceMonitor } from './service-monitor.ts';

/**
 * Longhaul's own manifests of an arm in a slot; the same arm has the same, byte for byte.
 *
 * @param monitored whether the cluster knows ServiceMonitors
 * @throws LonghaulError InvalidConfig without a container, NotPermitted for a secret that is mapped nowhere
 */
export function armManifests(given: ArmInSlot, monitored: boolean): ArmManifests {
  const config = configMap(given);
  return {
    configs: [config],
    deployment: deployment(given, config),
    around: present([autoscaler(given), disruptionBudget(given)]),
    shared: sharedManifests(given, monitored),
  };
}

/** What a lane has whichever manifests its arms come from. */
export const sharedManifests = (given: ArmInSlot, monitored: boolean): readonly Manifest[] =>
  present([mainService(given), metricsService(given), monitored ? serviceMonitor(given) : null]);

const present = (manifests: readonly (Manifest | null)[]): readonly Manifest[] =>
  manifests.filter((manifest) => manifest !== null);
