import type { V1PodDisruptionBudget } from '@kubernetes/client-node';
import type { Manifest } from '../api/cluster.ts';
import { namesOf, slotSelector } from '../names.ts';
import { deploymentOf, type ArmInSlot } from './given.ts';
import { slotLabels } from './metadata.ts';
import type { Plain } from './plain.ts';

/** How many replicas of a slot a drain of nodes may take away at once; one that is not ready holds up no drain. */
export const disruptionBudget = (given: ArmInSlot): Manifest =>
  ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: namesOf(given.service).deployment(given.slot), labels: slotLabels(given) },
    spec: {
      maxUnavailable: deploymentOf(given.arm).maxUnavailable,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: slotSelector(given.service, given.slot) },
    },
  }) satisfies Plain<V1PodDisruptionBudget>;
