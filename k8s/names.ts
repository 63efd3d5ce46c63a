import type { LaneRef } from '../core/ids.ts';
import type { ArmSpec, Track } from '../core/serving.ts';
import type { Labels } from './api/cluster.ts';

/** Two Deployments of a blue-green environment. Which of them is stable is told by the Service's selector. */
export type Colour = 'blue' | 'green';

/** A place for a Deployment of a lane: a track beside the other, or a colour. */
export type Slot = Track | Colour;

/** Label and annotation keys. The track is in selectors, templates and subsets; pods that lack it are not told apart. */
export const keys = {
  track: 'longhaul.dev/track',
  colour: 'longhaul.dev/colour',
  arm: 'longhaul.dev/arm',
  model: 'longhaul.dev/model',
  environment: 'longhaul.dev/environment',
  release: 'longhaul.dev/release',
  /** Annotation: the ArmSpec that a Deployment serves, as JSON. */
  spec: 'longhaul.dev/arm-spec',
  /** Annotation of a route: the weight that Longhaul has set, and for which arm. A route that says otherwise was changed by somebody else. */
  weight: 'longhaul.dev/candidate-weight',
  /** Annotation of the main Service: further kinds of objects that a project's own manifests have brought, as JSON. */
  kinds: 'longhaul.dev/kinds',
} as const;

/** Who writes: field manager of server-side apply. */
export const fieldManager = 'longhaul';

/** Names of a lane's objects. `service` is the operator's, or made from the model's name. */
export function namesOf(service: string) {
  return {
    service,
    preview: `${service}-preview`,
    metrics: `${service}-metrics`,
    deployment: (slot: Slot): string => (slot === 'stable' ? service : `${service}-${slot}`),
    config: (digest: string): string => `${service}-config-${digest.slice(0, 10)}`,
  } as const;
}

/** A model's name as a DNS label: lower-case letters, digits and hyphens, 40 characters at most. */
export const serviceNameOf = (model: string): string =>
  model
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '') || 'model';

/** On every object of a lane: what a list or a watch asks for. */
export const laneLabels = ({ model, environment }: LaneRef): Labels => ({
  [keys.model]: labelValue(model),
  [keys.environment]: labelValue(environment),
});

/** Labels of an arm's pods, besides those of selectors. */
export const armLabels = (lane: LaneRef, arm: ArmSpec): Labels => ({
  ...laneLabels(lane),
  [keys.arm]: labelValue(arm.id),
  'app.kubernetes.io/name': labelValue(lane.model),
  'app.kubernetes.io/version': labelValue(arm.version),
  'app.kubernetes.io/component': 'model-server',
  'app.kubernetes.io/managed-by': 'longhaul',
});

/** What the plain Service selects, and every arm's pods carry; with a track or a colour it selects one arm. */
export const podSelector = (service: string): Labels => ({ app: service });

/** What tells the pods of a slot from those of the others: in the Deployment's selector, its template, and the subset. */
export const slotSelector = (service: string, slot: Slot): Labels => ({
  ...podSelector(service),
  [isColour(slot) ? keys.colour : keys.track]: slot,
});

export const isColour = (slot: Slot): slot is Colour => slot === 'blue' || slot === 'green';

/** At most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends. */
export const labelValue = (text: string): string =>
  text
    .replaceAll(/[^A-Za-z0-9_.-]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
