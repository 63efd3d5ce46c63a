import type { LaneRef } from '../../core/ids.ts';
import type { ArmSpec, Track } from '../../core/serving.ts';
import { namesOf, type Slot } from '../names.ts';
import type { Cluster } from '../api/cluster.ts';
import { refuseOtherLayout } from '../target/candidate.ts';
import { candidateSlot, layoutFor, type LaneState } from '../target/layout.ts';
import { routerFor, serviceOf, type TargetParts } from '../target/parts.ts';
import { nameStable, retire } from '../target/promote.ts';
import { readLane } from '../target/read-lane.ts';
import { refuseServedByOthers } from '../target/served-by-others.ts';
import { writeShared } from '../target/shared-writes.ts';
import { slotManifests, writeSlot } from '../target/slot-writes.ts';
import { removeUnusedConfigs } from '../target/unused-configs.ts';
import { createDryRun } from './dry-run-cluster.ts';
import { objectChange, type ObjectChange } from './object-change.ts';
import { trafficWords } from './traffic-words.ts';

/** What a release would come to on a cluster. */
export interface ReleasePreview {
  /** Null: the environment serves nothing yet. */
  readonly stable: ArmSpec | null;
  /** Another release's candidate that is there now, and will be gone before this one begins. */
  readonly candidate: ArmSpec | null;
  /** Every object as it would be once the release has ended well. */
  readonly objects: readonly ObjectChange[];
  /** What would come and go on the way, and what would become of the traffic, in words; empty where nothing changes. */
  readonly onTheWay: readonly string[];
}

/**
 * Lets the API server say what a release of `arm` would leave behind. Nothing is written: the writes are those of a
 * release, each as a dry run, and the later ones see what the earlier would have done.
 *
 * @param weights of the candidate on the way, in percent, the last one 100
 * @throws LonghaulError what the release would be refused with, and NotPermitted: a dry run needs the rights of a write
 */
export async function previewRelease(given: {
  readonly cluster: Cluster;
  readonly partsOn: (cluster: Cluster) => TargetParts;
  readonly lane: LaneRef;
  readonly arm: ArmSpec;
  readonly weights: readonly number[];
}): Promise<ReleasePreview> {
  const { cluster, partsOn, lane, arm, weights } = given;
  const dryRun = createDryRun(cluster);
  const parts = partsOn(dryRun.cluster);
  const state = await readLane(parts, lane);
  refuseOtherLayout(state, arm);
  await refuseServedByOthers({ ...parts, cluster }, state);
  await writeEndState(parts, state, arm);
  const objects = dryRun.changes().map(objectChange).toSorted(byKind);
  const isSame = objects.every(({ change }) => change === 'unchanged');
  return {
    stable: state.stable?.arm ?? null,
    candidate: state.candidate?.arm ?? null,
    objects,
    onTheWay: isSame
      ? []
      : [...comingAndGoing(parts, state, arm), ...trafficWords(parts, state, { arm, weights })],
  };
}

const order: readonly string[] = [
  'ConfigMap',
  'Service',
  'ServiceMonitor',
  'DestinationRule',
  'VirtualService',
  'HTTPRoute',
  'Deployment',
];

/** What others refer to comes first, what stands around a Deployment and a project's own kinds last. */
function byKind(one: ObjectChange, other: ObjectChange): number {
  const rank = ({ kind }: ObjectChange): number =>
    (order.indexOf(kind) + order.length + 1) % (order.length + 1);
  const titles = [one, other].map(({ kind, name }) => `${kind} ${name}`);
  return rank(one) - rank(other) || (titles[0] ?? '').localeCompare(titles[1] ?? '');
}

/** What is written once all goes well: without waits, and in tracks without the candidate that comes and goes. */
async function writeEndState(parts: TargetParts, state: LaneState, arm: ArmSpec): Promise<void> {
  const { lane, stable } = state;
  const layout = layoutFor(arm.strategy);
  const isServed = stable?.arm.id === arm.id;
  if (layout === 'track') await writeArm(parts, lane, { slot: 'stable', track: 'stable' }, arm);
  else if (isServed) await writeArm(parts, lane, { slot: stable.slot, track: 'stable' }, arm);
  else await writeSwitch(parts, state, arm);
  await removeUnusedConfigs(parts, lane);
}

/** The other colour takes the arm and then the traffic; the old one rests. */
async function writeSwitch(parts: TargetParts, state: LaneState, arm: ArmSpec): Promise<void> {
  const { lane, stable } = state;
  await writeArm(parts, lane, { slot: candidateSlot(state, 'colour'), track: 'candidate' }, arm);
  await routerFor(parts, lane, 'colour').set(lane, { weight: 100, arm: arm.id });
  if (stable !== null) await retire(parts, lane, stable);
  const { candidate } = await readLane(parts, lane);
  if (candidate !== null) await nameStable(parts, candidate);
}

async function writeArm(
  parts: TargetParts,
  lane: LaneRef,
  place: { readonly slot: Slot; readonly track: Track },
  arm: ArmSpec,
): Promise<void> {
  const manifests = await slotManifests(parts, lane, place, arm);
  await writeShared(parts, lane, manifests);
  await routerFor(parts, lane, layoutFor(arm.strategy)).prepare(lane);
  await writeSlot(parts, lane, manifests, arm.replicas);
}

function comingAndGoing(parts: TargetParts, state: LaneState, arm: ArmSpec): readonly string[] {
  if (layoutFor(arm.strategy) === 'colour') return [];
  const name = namesOf(serviceOf(parts, state.lane)).deployment('candidate');
  const around = [
    ...(arm.deployment?.autoscaling === undefined ? [] : ['an autoscaler']),
    'a disruption budget',
  ].join(' and ');
  return [
    `Deployment ${name}, with ${around} of its own, comes with the candidate, is scaled ahead of each weight, and goes once the stable Deployment serves the new version.`,
  ];
}
