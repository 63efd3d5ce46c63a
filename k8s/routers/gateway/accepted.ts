import { canonicalJson } from '../../../core/canonical-json.ts';
import { LonghaulError } from '../../../core/errors.ts';
import type { Cluster, Manifest, ObjectRef } from '../../api/cluster.ts';
import { fieldsOf, listOf, textOf } from '../split/dialect.ts';
import type { Fields } from '../split/dialect.ts';
import { existing } from '../split/route-writes.ts';

/** A controller says within a second or so what it makes of a route. */
const acceptedWithinMs = 15_000;

/** What the gateways' controllers say of the route's newest generation. */
export type Acceptance =
  | { readonly kind: 'accepted' }
  /** No controller has looked at it yet. */
  | { readonly kind: 'waiting'; readonly for: string }
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Every parent that had taken the route before still takes it and finds its backends; of a route that none had taken,
 * one does. A parent that never took it is not the way that users come.
 *
 * @param before as it was before the write; null: there was none
 */
export function acceptanceOf(route: Manifest, before: Manifest | null): Acceptance {
  const parents = parentsOf(route);
  if (parents.length === 0) return { kind: 'waiting', for: 'a gateway that takes it' };
  const known = before === null ? [] : parentsOf(before).filter(hasTaken).map(identityOf);
  const relied = parents.filter((parent) => known.includes(identityOf(parent)));
  if (relied.length > 0)
    return relied.map((parent) => saidBy(parent, route)).find(({ kind }) => kind !== 'accepted') ?? accepted;
  const said = parents.map((parent) => saidBy(parent, route));
  const of = (wanted: Acceptance['kind']) => said.find(({ kind }) => kind === wanted);
  return of('accepted') ?? of('waiting') ?? said[0] ?? accepted;
}

/** The route as it stands once its gateways have taken it. @throws LonghaulError NotVerified, Rejected */
export async function whenAccepted(
  cluster: Cluster,
  ref: ObjectRef,
  before: Manifest | null,
): Promise<Manifest> {
  const deadline = Date.now() + acceptedWithinMs;
  for (;;) {
    const route = await existing(cluster, ref);
    const acceptance = acceptanceOf(route, before);
    if (acceptance.kind === 'accepted') return route;
    const left = deadline - Date.now();
    if (left <= 0) throw notAccepted(route, acceptance);
    await cluster.changed([ref], {}, Math.min(left, 1000));
  }
}

/** One that a gateway still refuses is not asked for again; one that nobody has looked at is. */
function notAccepted(route: Manifest, acceptance: Exclude<Acceptance, { kind: 'accepted' }>): LonghaulError {
  const what = `HTTPRoute ${route.metadata.name} was written`;
  return acceptance.kind === 'refused'
    ? new LonghaulError('Rejected', `${what}, and is not in effect: ${acceptance.why}.`, {
        mend: 'Mend the route or the Gateway by these words, and release anew.',
      })
    : new LonghaulError('NotVerified', `${what}, and still waits for ${acceptance.for}.`, {
        mend: 'Look whether the Gateway of its parentRefs is there and its controller runs.',
      });
}

const accepted = { kind: 'accepted' } as const;
const asked = ['Accepted', 'ResolvedRefs'] as const;

/** The first condition that is not so decides. */
function saidBy(parent: Fields, route: Manifest): Acceptance {
  for (const type of asked) {
    const condition = conditionOf(parent, type);
    if (condition === undefined || isOld(condition, route))
      return { kind: 'waiting', for: `${type} of ${parentName(parent)}` };
    if (condition['status'] !== 'True')
      return {
        kind: 'refused',
        why: `${parentName(parent)} says ${type} is ${textOf(condition['status'])}: ${textOf(condition['reason'])}, ${textOf(condition['message'])}`,
      };
  }
  return accepted;
}

const parentsOf = (route: Manifest): readonly Fields[] => listOf(fieldsOf(route, 'status'), 'parents');

const conditionOf = (parent: Fields, type: string): Fields | undefined =>
  listOf(parent, 'conditions').find((given) => given['type'] === type);

const hasTaken = (parent: Fields): boolean =>
  asked.every((type) => conditionOf(parent, type)?.['status'] === 'True');

/** A parent and who speaks for it. */
const identityOf = ({ parentRef, controllerName }: Fields): string =>
  canonicalJson({ parentRef, controllerName });

const isOld = ({ observedGeneration }: Fields, { metadata }: Manifest): boolean =>
  typeof observedGeneration === 'number' && observedGeneration < (metadata.generation ?? 0);

const parentName = (parent: Fields): string => {
  const { namespace, name } = fieldsOf(parent, 'parentRef');
  return `Gateway ${namespace === undefined ? '' : `${textOf(namespace)}/`}${textOf(name)}`;
};
