import { LonghaulError } from '../../core/errors.ts';
import type { Cluster, Kind, Labels, Manifest, ObjectRef } from '../api/cluster.ts';
import { keyOf, withoutServerFields } from '../target/comparable.ts';
import { refOf } from '../target/restoration.ts';
import { applyOperations } from './apply-operations.ts';

/** What writes would come to: an object as it is, and as it would be; null where there is none. */
export interface WouldBe {
  readonly before: Manifest | null;
  readonly after: Manifest | null;
}

export interface DryRun {
  /** Reads as the cluster would be after the writes so far. */
  readonly cluster: Cluster;
  /** Every object that was written or would have been, in the order of the first write. */
  readonly changes: () => readonly WouldBe[];
}

/** Kinds that controllers write in answer to others' writes. Nobody answers to a dry run: there are none. */
const answersOfControllers: readonly string[] = ['EndpointSlice'];

/**
 * A cluster whose writes are dry runs of the API server: it fills in and refuses as it would, and keeps nothing. What is
 * not there yet, and is written twice, is applied anew as a whole.
 */
export function createDryRun(cluster: Cluster): DryRun {
  const written = new Map<string, WouldBe>();
  const keyFor = (ref: ObjectRef): string => keyOf({ ...ref, metadata: { name: ref.name } });

  const read = async (ref: ObjectRef): Promise<Manifest | null> => {
    const known = written.get(keyFor(ref));
    return known === undefined ? cluster.get(ref) : known.after;
  };
  const before = async (ref: ObjectRef): Promise<Manifest | null> => {
    const known = written.get(keyFor(ref));
    return known === undefined ? cluster.get(ref) : known.before;
  };
  const note = <T extends Manifest>(was: Manifest | null, after: T): T => {
    written.set(keyOf(after), { before: was, after });
    return after;
  };
  /** The whole object: over the one that is there, under its version, or as a new one. */
  const put = async <T extends Manifest>(manifest: T): Promise<T> => {
    const was = await before(refOf(manifest));
    if (was === null) return note(null, await cluster.apply(asNew(manifest), { dryRun: true }));
    const { resourceVersion = '' } = was.metadata;
    const next = { ...manifest, metadata: { ...manifest.metadata, resourceVersion } };
    return note(was, await cluster.replace(next, { dryRun: true }));
  };

  return {
    changes: () => [...written.values()].filter(({ before: was, after }) => was !== null || after !== null),
    cluster: {
      name: cluster.name,
      namespace: cluster.namespace,
      version: () => cluster.version(),
      has: (kind) => cluster.has(kind),
      get: async <T extends Manifest>(ref: ObjectRef) => (await read(ref)) as T | null,
      list: async <T extends Manifest>(kind: Kind, labels: Labels) => {
        if (answersOfControllers.includes(kind.kind)) return [];
        const listed = await cluster.list<T>(kind, labels);
        const others = listed.filter((object) => !written.has(keyOf(object)));
        const own = [...written.values()].flatMap(({ after }) =>
          after !== null && isOf(kind, after) && hasLabels(after, labels) ? [after as T] : [],
        );
        return [...others, ...own];
      },
      apply: async (manifest) =>
        note(await before(refOf(manifest)), await cluster.apply(manifest, { dryRun: true })),
      create: put,
      replace: put,
      patch: async <T extends Manifest>(ref: ObjectRef, operations: Parameters<Cluster['patch']>[1]) => {
        const now = await read(ref);
        if (now === null)
          throw new LonghaulError('NotFound', `There is no ${ref.kind} ${ref.name} in ${cluster.name}.`);
        return put(applyOperations(now, operations) as T);
      },
      remove: async (ref) => {
        const was = await before(ref);
        if (was !== null || written.has(keyFor(ref))) written.set(keyFor(ref), { before: was, after: null });
      },
      changed: () => Promise.resolve(),
      logs: (pod, container, options) => cluster.logs(pod, container, options),
      events: (about) => cluster.events(about),
    },
  };
}

const asNew = <T extends Manifest>(manifest: T): T => withoutServerFields(manifest) as T;

const isOf = (kind: Kind, { apiVersion, kind: name }: Manifest): boolean =>
  name === kind.kind && apiVersion.split('/')[0] === kind.apiVersion.split('/')[0];

const hasLabels = ({ metadata }: Manifest, labels: Labels): boolean =>
  Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value);
