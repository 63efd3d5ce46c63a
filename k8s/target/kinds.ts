import type { Kind } from '../api/cluster.ts';

export const kinds = {
  deployment: { apiVersion: 'apps/v1', kind: 'Deployment' },
  replicaSet: { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  pod: { apiVersion: 'v1', kind: 'Pod' },
  configMap: { apiVersion: 'v1', kind: 'ConfigMap' },
  service: { apiVersion: 'v1', kind: 'Service' },
  autoscaler: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
  disruptionBudget: { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  serviceMonitor: { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor' },
} as const satisfies Readonly<Record<string, Kind>>;

/** Of which every lane may have objects; a project's own manifests may bring others. */
export const laneKinds: readonly Kind[] = [
  kinds.configMap,
  kinds.service,
  kinds.deployment,
  kinds.disruptionBudget,
  kinds.autoscaler,
  kinds.serviceMonitor,
];
