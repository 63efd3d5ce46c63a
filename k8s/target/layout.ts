import { LonghaulError } from '../../core/errors.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { ArmSpec, Strategy, Track } from '../../core/serving.ts';
import type { Manifest } from '../api/cluster.ts';
import { isColour, keys, laneLabels, namesOf, type Slot } from '../names.ts';
import { armIn } from './arm-annotation.ts';
import { deploymentView, type DeploymentView } from './deployment.ts';

/** Tracks stand beside each other for a canary; colours take turns. The first release of a lane decides. */
export type Layout = 'track' | 'colour';

/** A Deployment of a lane and the arm that it serves; `arm.replicas` are those of the Deployment. */
export interface ServedArm {
  readonly slot: Slot;
  readonly arm: ArmSpec;
  readonly view: DeploymentView;
  readonly deployment: Manifest;
}

/** What a lane consists of on the cluster. */
export interface LaneState {
  readonly lane: LaneRef;
  /** Null: nothing is served yet. */
  readonly layout: Layout | null;
  readonly stable: ServedArm | null;
  readonly candidate: ServedArm | null;
}

const slots: readonly Slot[] = ['stable', 'candidate', 'blue', 'green'];

/** Names of the Deployments that a lane may have. */
export const slotNames = (service: string): readonly string[] => slots.map(namesOf(service).deployment);

/**
 * A lane from its Deployments. In the track layout a Deployment's name says which track it is. In the colour layout its
 * label `longhaul.dev/track` does (on the Deployment alone, not on its pods); a colour without it is idle.
 *
 * @throws LonghaulError Conflict where a Deployment was made by others, or both layouts are there
 */
export function laneState(lane: LaneRef, service: string, deployments: readonly Manifest[]): LaneState {
  const served = slots.flatMap((slot) => {
    const deployment = deployments.find(
      ({ metadata }) => metadata.name === namesOf(service).deployment(slot),
    );
    return deployment === undefined ? [] : [{ slot, deployment }];
  });
  const layouts = new Set(served.map(({ slot }) => layoutOf(slot)));
  if (layouts.size > 1)
    throw bothLayouts(
      lane,
      served.map(({ deployment }) => deployment.metadata.name),
    );
  const arms = served.map(({ slot, deployment }) => servedArm(lane, slot, deployment));
  return {
    lane,
    layout: [...layouts][0] ?? null,
    stable: onTrack(lane, 'stable', arms),
    candidate: onTrack(lane, 'candidate', arms),
  };
}

export const layoutOf = (slot: Slot): Layout => (isColour(slot) ? 'colour' : 'track');

export const layoutFor = (strategy: Strategy | undefined): Layout =>
  strategy === 'blueGreen' ? 'colour' : 'track';

/** Where the candidate is, or a new one goes. */
export function candidateSlot({ candidate, stable }: LaneState, layout: Layout): Slot {
  if (candidate !== null) return candidate.slot;
  if (layout === 'track') return 'candidate';
  return stable?.slot === 'blue' ? 'green' : 'blue';
}

/** Null: a colour that nobody is served by. */
export function trackOf({ slot, deployment }: Pick<ServedArm, 'slot' | 'deployment'>): Track | null {
  const track = isColour(slot) ? deployment.metadata.labels?.[keys.track] : slot;
  return track === 'stable' || track === 'candidate' ? track : null;
}

/** Whether users who are sent to the arm meet a replica. */
export const isServing = ({ view: { metadata, status } }: ServedArm): boolean =>
  status.availableReplicas > 0 && status.observedGeneration >= metadata.generation;

function servedArm(lane: LaneRef, slot: Slot, deployment: Manifest): ServedArm {
  const arm = armIn(deployment);
  if (arm !== null && isOfAnotherLane(lane, deployment)) throw ofAnotherLane(lane, deployment);
  if (arm === null) throw madeByOthers(lane, deployment.metadata.name);
  const view = deploymentView(deployment);
  return { slot, arm: { ...arm, replicas: view.spec.replicas }, view, deployment };
}

function onTrack(lane: LaneRef, track: Track, arms: readonly ServedArm[]): ServedArm | null {
  const [first = null, second] = arms.filter((arm) => trackOf(arm) === track);
  if (second === undefined) return first;
  throw new LonghaulError('Conflict', `Both colours of ${lane.environment} say that they are ${track}.`, {
    mend: `Take the label ${keys.track} from the Deployment that is not.`,
  });
}

/** A label that is missing accuses nobody. */
const isOfAnotherLane = (lane: LaneRef, { metadata: { labels = {} } }: Manifest): boolean =>
  Object.entries(laneLabels(lane)).some(([key, value]) => (labels[key] ?? value) !== value);

const ofAnotherLane = (
  { model, environment }: LaneRef,
  { metadata: { name, labels = {} } }: Manifest,
): LonghaulError =>
  new LonghaulError(
    'Conflict',
    `The Deployment ${name} serves ${labels[keys.model] ?? model} in ${labels[keys.environment] ?? environment}, not ${model} in ${environment}: a release to one would replace the other.`,
    {
      mend: `Give ${environment} a namespace or a \`service\` of its own in longhaul.server.yaml.`,
    },
  );

const madeByOthers = ({ environment }: LaneRef, name: string): LonghaulError =>
  new LonghaulError(
    'Conflict',
    `The Deployment ${name} in ${environment} was not made by Longhaul: it does not say which model version it serves.`,
    {
      mend: `Run \`longhaul deploy adopt ${environment} --model-version N\`, which shows first what it would change.`,
    },
  );

const bothLayouts = ({ environment }: LaneRef, names: readonly string[]): LonghaulError =>
  new LonghaulError(
    'Conflict',
    `${environment} has Deployments of a canary and of colours: ${names.join(', ')}.`,
    {
      mend: 'Delete those that serve nobody.',
    },
  );
