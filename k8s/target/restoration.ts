import { canonicalJson } from '../../core/canonical-json.ts';
import type { Manifest, ObjectRef } from '../api/cluster.ts';
import { keys } from '../names.ts';
import { changedByOthers, writerWords } from '../routers/who-wrote.ts';
import { autoscaled, comparable, isFields, keyOf } from './comparable.ts';
import { withNotesOfOthers } from './notes-of-others.ts';

/** What it takes to have a lane's objects as they were, in this order. */
export interface RestorationPlan {
  /** Autoscalers that came since: they would scale at once what is put back. */
  readonly release: readonly ObjectRef[];
  /** Objects as they were that are gone or different now; those that others refer to come first. */
  readonly put: readonly Manifest[];
  /** Everything else that came since; those that refer to others come first. */
  readonly remove: readonly ObjectRef[];
}

/** What others refer to comes first; kinds of a project's own come last. */
const order: readonly string[] = [
  'ConfigMap',
  'Service',
  'Deployment',
  'PodDisruptionBudget',
  'HorizontalPodAutoscaler',
];

/** `before` and `now` are a lane's objects, at the snapshot and as they are read. An equal state needs nothing. */
export function restorationPlan(before: readonly Manifest[], now: readonly Manifest[]): RestorationPlan {
  const { wanted, there } = compared(before, now);
  const added = [...there].filter(([key]) => !wanted.has(key)).map(([, object]) => object);
  const [scalers, others] = [added.filter(isAutoscaler), added.filter((object) => !isAutoscaler(object))];
  return {
    release: scalers.map(refOf),
    put: [...wanted]
      .filter(([key, object]) => !isSame(object, there.get(key)))
      .map(([, object]) => object)
      .sort((one, other) => rank(one) - rank(other)),
    remove: others.sort((one, other) => rank(other) - rank(one)).map(refOf),
  };
}

/** Where the objects are not as they were, in words; empty once all is put back. */
export function differences(before: readonly Manifest[], now: readonly Manifest[]): readonly string[] {
  const { wanted, there } = compared(before, now);
  return [...new Set([...wanted.keys(), ...there.keys()])].sort().flatMap((key) => {
    const [old, found] = [wanted.get(key), there.get(key)];
    if (old === undefined) return found === undefined ? [] : [`${titleOf(found)} is still there`];
    if (found === undefined) return [`${titleOf(old)} is gone`];
    const paths = differingPaths(old, found);
    return paths.length === 0
      ? []
      : [`${titleOf(old)} differs in ${paths.slice(0, 5).map(wordsOf).join(', ')}`];
  });
}

/** What others have changed since, and putting back takes away again, in words. */
export function overwritten(before: readonly Manifest[], now: readonly Manifest[]): readonly string[] {
  const { wanted, there } = compared(before, now);
  return now.flatMap((live) => {
    const [old, found] = [wanted.get(keyOf(live)), there.get(keyOf(live))];
    if (old === undefined || found === undefined) return [];
    return differingPaths(old, found).flatMap((path) => {
      const list = path.findIndex((part) => part.startsWith('['));
      const writer = changedByOthers(live, list === -1 ? path : path.slice(0, list));
      if (writer === null) return [];
      const [then, since] = [old, found].map((object) => valueWords(object, path));
      return [`${titleOf(live)}: ${wordsOf(path)} is ${then} again, and was ${since}${writerWords(writer)}`];
    });
  });
}

interface Compared {
  readonly wanted: ReadonlyMap<string, Manifest>;
  readonly there: ReadonlyMap<string, Manifest>;
}

function compared(before: readonly Manifest[], now: readonly Manifest[]): Compared {
  const scaled = autoscaled(before);
  const live = new Map(now.map((object) => [keyOf(object), object]));
  const wanted = before.filter(isToPutBack).map((object) => {
    const found = live.get(keyOf(object));
    return found === undefined ? object : withNotesOfOthers(object, found);
  });
  return { wanted: comparable(wanted, scaled), there: comparable(now.filter(isToPutBack), scaled) };
}

/** Autoscalers of others say whose the replicas are; they themselves are not a release's to write. */
const isToPutBack = ({ kind, metadata }: Manifest): boolean =>
  kind !== 'HorizontalPodAutoscaler' || metadata.labels?.[keys.model] !== undefined;

export const refOf = ({ apiVersion, kind, metadata: { name } }: Manifest): ObjectRef => ({
  apiVersion,
  kind,
  name,
});

const isAutoscaler = ({ kind }: Manifest): boolean => kind === 'HorizontalPodAutoscaler';

const isSame = (one: Manifest, other: Manifest | undefined): boolean =>
  other !== undefined && canonicalJson(one) === canonicalJson(other);

const rank = ({ kind }: Manifest): number => {
  const at = order.indexOf(kind);
  return at === -1 ? order.length : at;
};

const titleOf = ({ kind, metadata: { name } }: Manifest): string => `${kind} ${name}`;

type Path = readonly string[];

/** Where two objects differ; a place in a list is `[0]`. */
function differingPaths(one: unknown, other: unknown, path: Path = []): readonly Path[] {
  if (isFields(one) && isFields(other))
    return [...new Set([...Object.keys(one), ...Object.keys(other)])]
      .sort()
      .flatMap((name) => differingPaths(one[name], other[name], [...path, name]));
  if (Array.isArray(one) && Array.isArray(other) && one.length === other.length)
    return one.flatMap((item, index) => differingPaths(item, other[index], [...path, `[${index}]`]));
  return canonicalJson(one ?? null) === canonicalJson(other ?? null) ? [] : [path];
}

const wordsOf = (path: Path): string => path.join('.').replaceAll('.[', '[');

function valueWords(object: unknown, path: Path): string {
  const value = path.reduce<unknown>((found, part) => {
    if (Array.isArray(found)) return (found as readonly unknown[])[Number(part.slice(1, -1))];
    return isFields(found) ? found[part] : undefined;
  }, object);
  return value === undefined ? 'nothing' : canonicalJson(value).slice(0, 60);
}
