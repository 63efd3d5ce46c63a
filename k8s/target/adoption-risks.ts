import type { Manifest } from '../api/cluster.ts';
import { isFields, type Fields } from './comparable.ts';

/**
 * Why requests may be lost while the pods of a Deployment that others have made are started anew, in words. Its
 * containers and its strategy are theirs; empty where it is as careful as Longhaul's own.
 */
export function adoptionRisks({ spec, metadata: { name } }: Manifest): readonly string[] {
  const { strategy, template } = fieldsOf(spec);
  const { containers } = fieldsOf(fieldsOf(template)['spec']);
  const each = Array.isArray(containers) ? containers.map(fieldsOf) : [];
  const { type, rollingUpdate } = fieldsOf(strategy);
  const { maxUnavailable, maxSurge } = fieldsOf(rollingUpdate);
  return [
    type === 'Recreate'
      ? `Deployment ${name} is of the strategy Recreate: nobody is answered from the end of the old pods until the new ones are ready. Set RollingUpdate first.`
      : null,
    type !== 'Recreate' && isNone(maxSurge) && !isNone(maxUnavailable)
      ? `Deployment ${name} starts no pod before an old one has ended (maxSurge 0): with one replica nobody is answered meanwhile.`
      : null,
    each.some((container) => container['readinessProbe'] !== undefined)
      ? null
      : `Its pods have no readiness probe: new ones get requests before they can answer. Add one first.`,
    each.some((container) => fieldsOf(container['lifecycle'])['preStop'] !== undefined)
      ? null
      : `Its pods have no preStop: old ones may end while requests are still sent to them. A \`sleep\` of 5 s mends that.`,
  ].filter((risk) => risk !== null);
}

const isNone = (value: unknown): boolean => value === 0 || value === '0' || value === '0%';

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
