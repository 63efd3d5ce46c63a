import { LonghaulError } from '../core/errors.ts';
import type { LaneRef } from '../core/ids.ts';
import type { Manifest } from './api/cluster.ts';
import { laneLabels } from './names.ts';

const managedBy = 'app.kubernetes.io/managed-by';

/** Whether the object carries the lane's labels: what others have made does not, unless it was adopted. */
export const isOfLane = ({ metadata }: Manifest, lane: LaneRef): boolean =>
  Object.entries(laneLabels(lane)).every(([key, value]) => metadata.labels?.[key] === value);

/** Whether the object says that Longhaul manages it; one that was adopted does not. */
export const isManagedHere = ({ metadata }: Manifest): boolean => metadata.labels?.[managedBy] === 'longhaul';

/** The label by which a person lets a release write over an object of a project's own manifests. */
export const handedOver = `${managedBy}=longhaul`;

/** A release would have to write over an object that it has not made. */
export const ofOthers = (
  { kind, metadata }: Manifest,
  { environment }: LaneRef,
  mend: string,
): LonghaulError =>
  new LonghaulError(
    'Conflict',
    `${kind} ${metadata.name} in ${environment} was not made by Longhaul for this model: a release does not write over it.`,
    { mend },
  );

/** @throws LonghaulError Conflict for what is not of the lane; a name that is free, or its own, is a release's */
export function refuseOfOthers(live: Manifest | null, lane: LaneRef): void {
  if (live === null || isOfLane(live, lane)) return;
  const { kind, metadata } = live;
  throw ofOthers(
    live,
    lane,
    `Delete the ${kind} ${metadata.name} if nobody needs it, or say another name as \`service\` of ${lane.environment} in longhaul.server.yaml: all objects of a release are named after it.`,
  );
}
