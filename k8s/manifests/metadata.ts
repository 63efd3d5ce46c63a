import type { LaneRef } from '../../core/ids.ts';
import type { ArmSpec } from '../../core/serving.ts';
import type { Labels } from '../api/cluster.ts';
import { armLabels, keys, labelValue, laneLabels, slotSelector } from '../names.ts';
import type { ArmInSlot } from './given.ts';

/** On what belongs to a lane and to no arm of it. */
export const sharedLabels = (lane: LaneRef): Labels => ({
  ...laneLabels(lane),
  'app.kubernetes.io/name': labelValue(lane.model),
  'app.kubernetes.io/managed-by': 'longhaul',
});

/** On a slot's Deployment and its pods. */
export const slotLabels = ({ lane, slot, arm, service }: ArmInSlot): Labels => ({
  ...armLabels(lane, arm),
  ...slotSelector(service, slot),
});

/** On a Deployment: what it serves, and for which release. */
export const deploymentAnnotations = (arm: ArmSpec): Labels => ({
  [keys.spec]: JSON.stringify(arm),
  [keys.release]: arm.release,
});

/**
 * On pods: whose they are, in full, for Prometheus, and where it reads their metrics. Where Istio puts a sidecar beside
 * the server, it writes its own port and path there, which serve the server's metrics and the sidecar's.
 */
export const podAnnotations = ({ lane, arm }: Pick<ArmInSlot, 'lane' | 'arm'>, port: number): Labels => ({
  [keys.environment]: lane.environment,
  [keys.model]: lane.model,
  [keys.arm]: arm.id,
  'prometheus.io/path': arm.serve.metricsPath,
  'prometheus.io/port': String(port),
});
