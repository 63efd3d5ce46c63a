import type { V2HorizontalPodAutoscaler } from '@kubernetes/client-node';
import type { Manifest } from '../api/cluster.ts';
import { namesOf } from '../names.ts';
import type { ArmInSlot } from './given.ts';
import { slotLabels } from './metadata.ts';
import type { Plain } from './plain.ts';

/** The autoscaler of a slot's Deployment; null where its replicas are fixed. An arm that shall have fewer begins with fewer. */
export function autoscaler(given: ArmInSlot): Manifest | null {
  const { arm, service, slot } = given;
  const autoscaling = arm.deployment?.autoscaling;
  if (autoscaling === undefined) return null;
  const { min, max, cpu } = autoscaling;
  const name = namesOf(service).deployment(slot);
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name, labels: slotLabels(given) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: Math.max(1, Math.min(arm.replicas, min)),
      maxReplicas: max,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpu } },
        },
      ],
    },
  } satisfies Plain<V2HorizontalPodAutoscaler>;
}
