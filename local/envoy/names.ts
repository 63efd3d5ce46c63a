import { laneKey, type LaneRef } from '../../core/ids.ts';

/** The cluster of an arm in a lane. It stays the same when the arm is promoted, so no connection is dropped. */
export const clusterName = (lane: LaneRef, armId: string): string => `${laneKey(lane)}/${armId}`;

export const routeName = (lane: LaneRef): string => laneKey(lane);

/** A cluster's name as part of a file name. */
export const fileNameOf = (resource: string): string => `${resource.replaceAll('/', '~')}.json`;
