import { isMapping } from '../../../config/overlays.ts';
import type { Labels, Manifest } from '../../api/cluster.ts';
import { namesOf, podSelector, slotSelector } from '../../names.ts';
import type { ArmInSlot } from '../given.ts';
import { deploymentAnnotations, podAnnotations, sharedLabels, slotLabels } from '../metadata.ts';
import { at, servingPort } from './judge-objects.ts';

/**
 * The project's Deployment in a slot: its name, selector, replicas and what tells its pods apart are Longhaul's, all
 * else is the project's.
 */
export function deploymentInSlot(given: ArmInSlot, own: Manifest, autoscaled: boolean): Manifest {
  const { arm, service, slot } = given;
  const { replicas: _, ...spec } = mappingAt(own, ['spec']);
  const template = mappingAt(spec, ['template']);
  return {
    ...own,
    metadata: {
      ...own.metadata,
      name: namesOf(service).deployment(slot),
      labels: { ...own.metadata.labels, ...slotLabels(given) },
      annotations: { ...own.metadata.annotations, ...deploymentAnnotations(arm) },
    },
    spec: {
      ...spec,
      ...(autoscaled ? {} : { replicas: arm.replicas }),
      selector: { matchLabels: slotSelector(service, slot) },
      template: {
        ...template,
        metadata: {
          ...mappingAt(template, ['metadata']),
          labels: { ...labelsAt(template, ['metadata', 'labels']), ...slotLabels(given) },
          annotations: {
            ...labelsAt(template, ['metadata', 'annotations']),
            ...podAnnotations(given, servingPort(template)),
          },
        },
      },
    },
  };
}

/** Whether an autoscaler is the project's Deployment's. */
export const scales = (own: Manifest, { kind, spec }: Manifest): boolean =>
  kind === 'HorizontalPodAutoscaler' &&
  at(spec, ['scaleTargetRef', 'kind']) === 'Deployment' &&
  at(spec, ['scaleTargetRef', 'name']) === own.metadata.name;

/** Its name and target are the slot's; an arm that shall have fewer replicas begins with fewer. */
export function autoscalerInSlot(given: ArmInSlot, own: Manifest): Manifest {
  const { arm, service, slot } = given;
  const name = namesOf(service).deployment(slot);
  const { minReplicas = 1 } = mappingAt(own, ['spec']);
  return {
    ...own,
    metadata: { ...own.metadata, name, labels: { ...own.metadata.labels, ...slotLabels(given) } },
    spec: {
      ...mappingAt(own, ['spec']),
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas: Math.max(1, Math.min(arm.replicas, Number(minReplicas))),
    },
  };
}

/** Whether a disruption budget is about the pods of the project's Deployment. */
export function protects(own: Manifest, { kind, spec }: Manifest): boolean {
  if (kind !== 'PodDisruptionBudget') return false;
  const selected = Object.entries(labelsAt(spec, ['selector', 'matchLabels']));
  const labels = labelsAt(own, ['spec', 'template', 'metadata', 'labels']);
  return selected.length > 0 && selected.every(([key, value]) => labels[key] === value);
}

export function budgetInSlot(given: ArmInSlot, own: Manifest): Manifest {
  const { service, slot } = given;
  return {
    ...own,
    metadata: {
      ...own.metadata,
      name: namesOf(service).deployment(slot),
      labels: { ...own.metadata.labels, ...slotLabels(given) },
    },
    spec: { ...mappingAt(own, ['spec']), selector: { matchLabels: slotSelector(service, slot) } },
  };
}

/** The project's Service of the lane's name: its ports and the like are the project's, whom it selects is the router's. */
export const serviceOfLane = ({ lane, service }: ArmInSlot, own: Manifest): Manifest => ({
  ...own,
  metadata: { ...own.metadata, labels: { ...own.metadata.labels, ...sharedLabels(lane) } },
  spec: { ...mappingAt(own, ['spec']), selector: podSelector(service) },
});

function mappingAt(value: unknown, path: readonly string[]): Readonly<Record<string, unknown>> {
  const found = at(value, path);
  return isMapping(found) ? found : {};
}

const labelsAt = (value: unknown, path: readonly string[]): Labels => mappingAt(value, path) as Labels;
