import { LonghaulError } from '../../../core/errors.ts';
import type { Manifest } from '../../api/cluster.ts';
import { fieldsOf, listOf, textOf } from '../split/dialect.ts';
import type { Fields } from '../split/dialect.ts';

/** What the gateways' controllers say of the route's newest generation. */
export type Acceptance =
  | { readonly kind: 'accepted' }
  /** No controller has looked at it yet. */
  | { readonly kind: 'waiting'; readonly for: string }
  | { readonly kind: 'refused'; readonly why: string };

/** Every parent that has a say has accepted it and found its backends. */
export function acceptanceOf(route: Manifest): Acceptance {
  const parents = listOf(fieldsOf(route, 'status'), 'parents');
  if (parents.length === 0) return { kind: 'waiting', for: 'a gateway that takes it' };
  for (const type of ['Accepted', 'ResolvedRefs']) {
    for (const parent of parents) {
      const condition = listOf(parent, 'conditions').find((given) => given['type'] === type);
      if (condition === undefined || isOld(condition, route))
        return { kind: 'waiting', for: `${type} of ${parentName(parent)}` };
      if (condition['status'] !== 'True')
        return {
          kind: 'refused',
          why: `${parentName(parent)} says ${type} is ${textOf(condition['status'])}: ${textOf(condition['reason'])}, ${textOf(condition['message'])}`,
        };
    }
  }
  return { kind: 'accepted' };
}

/** @throws LonghaulError NotVerified */
export function notAccepted(
  route: Manifest,
  acceptance: Exclude<Acceptance, { kind: 'accepted' }>,
): LonghaulError {
  const what = `HTTPRoute ${route.metadata.name} was written`;
  return acceptance.kind === 'refused'
    ? new LonghaulError('NotVerified', `${what}, and is not in effect: ${acceptance.why}.`)
    : new LonghaulError('NotVerified', `${what}, and still waits for ${acceptance.for}.`, {
        mend: 'Look whether the Gateway of its parentRefs is there and its controller runs.',
      });
}

const isOld = ({ observedGeneration }: Fields, { metadata }: Manifest): boolean =>
  typeof observedGeneration === 'number' && observedGeneration < (metadata.generation ?? 0);

const parentName = (parent: Fields): string => {
  const { namespace, name } = fieldsOf(parent, 'parentRef');
  return `Gateway ${namespace === undefined ? '' : `${textOf(namespace)}/`}${textOf(name)}`;
};
