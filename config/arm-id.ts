import { createHash } from 'node:crypto';
import { canonicalJson } from '../core/canonical-json.ts';
import type { ArmSpec } from '../core/serving.ts';

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
