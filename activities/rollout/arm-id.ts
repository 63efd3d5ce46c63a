import { createHash } from 'node:crypto';
import type { ArmSpec } from '../../core/serving.ts';

/**
 * `flight-delay-v3-0a1b2c3d`: from all that decides what is served, so that the same arm has the same id whenever
 * it is planned. How many replicas it has does not count. Safe as a file name, a label and a cluster's name.
 */
export function armId(arm: Omit<ArmSpec, 'id'>): string {
  const { replicas: _replicas, ...content } = arm;
  const hash = createHash('sha256').update(canonicalJson(content)).digest('hex');
  return `${safe(arm.model)}-v${safe(arm.version)}-${hash.slice(0, 8)}`;
}

const safe = (text: string): string => text.replaceAll(/[^A-Za-z0-9-]+/g, '-').slice(0, 40);

/** JSON with the keys of every object in order. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, held]) => held !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, held]) => `${JSON.stringify(key)}:${canonicalJson(held)}`).join(',')}}`;
}
