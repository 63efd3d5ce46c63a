import type { Manifest } from '../api/cluster.ts';
import { isFields } from './comparable.ts';
import { kinds } from './kinds.ts';

/** Between how many replicas an autoscaler scales; nothing for any other object. */
export interface Bounds {
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
}

export function boundsOf({ kind, spec }: Manifest): Bounds {
  if (kind !== kinds.autoscaler.kind || !isFields(spec)) return {};
  const { minReplicas, maxReplicas } = spec;
  return { minReplicas: numberOr(1, minReplicas), maxReplicas: numberOr(1, maxReplicas) };
}

/**
 * An autoscaler that keeps at least `replicas`: it sees no load on a Deployment that shall only take some over, and
 * would scale it down before. Any other object as it is.
 */
export function heldUp(object: Manifest, replicas: number): Manifest {
  const { minReplicas, maxReplicas } = boundsOf(object);
  if (minReplicas === undefined || maxReplicas === undefined || !isFields(object.spec)) return object;
  return {
    ...object,
    spec: {
      ...object.spec,
      minReplicas: Math.max(minReplicas, replicas),
      maxReplicas: Math.max(maxReplicas, replicas),
    },
  };
}

const numberOr = (otherwise: number, value: unknown): number =>
  typeof value === 'number' ? value : otherwise;
