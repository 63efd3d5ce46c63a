import type { Manifest } from '../api/cluster.ts';
import { keys } from '../names.ts';

/** What the API server and its controllers write into metadata: not what anybody wants of an object. */
const metadataOfServers: readonly string[] = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'generation',
  'managedFields',
  'namespace',
  'ownerReferences',
  'resourceVersion',
  'selfLink',
  'uid',
];

/** Annotations that are kept beside what anybody wants. */
const annotationsOfServers: readonly string[] = ['deployment.kubernetes.io/revision', keys.kinds];

export type Fields = Readonly<Record<string, unknown>>;

/** The object as somebody wants it: without status and what servers write, so that equal wishes compare equal. */
export function withoutServerFields(manifest: Manifest): Manifest {
  const { status: _status, spec, ...rest } = manifest;
  const { annotations, name, ...others } = manifest.metadata;
  const kept = annotations === undefined ? {} : without(annotations, annotationsOfServers);
  return {
    ...rest,
    metadata: {
      name,
      ...without(others, metadataOfServers),
      ...(Object.keys(kept).length === 0 ? {} : { annotations: kept }),
    },
    ...(isFields(spec) ? { spec: without(spec, assigned(manifest)) } : {}),
  };
}

/**
 * The object to write so that `wanted` is again: whole, under the version that was read, with what nobody wished for
 * (the address of a Service, an autoscaler's replicas) as it is.
 */
export function writtenOver(wanted: Manifest, live: Manifest): Manifest {
  const noted = Object.entries(live.metadata.annotations ?? {}).filter(([key]) =>
    annotationsOfServers.includes(key),
  );
  const kept = Object.entries(live.metadata).filter(
    ([name]) => metadataOfServers.includes(name) && name !== 'managedFields',
  );
  return {
    ...wanted,
    metadata: {
      ...Object.fromEntries(kept),
      ...wanted.metadata,
      ...(noted.length === 0
        ? {}
        : { annotations: { ...wanted.metadata.annotations, ...Object.fromEntries(noted) } }),
    },
    ...(isFields(wanted.spec) && isFields(live.spec)
      ? { spec: { ...only(live.spec, [...assigned(live), 'replicas']), ...wanted.spec } }
      : {}),
  };
}

/** Names of the Deployments that autoscalers among these objects scale: their replicas are the autoscalers'. */
export function autoscaled(objects: readonly Manifest[]): readonly string[] {
  return objects.flatMap(({ kind, spec }) => {
    if (kind !== 'HorizontalPodAutoscaler' || !isFields(spec) || !isFields(spec.scaleTargetRef)) return [];
    const { name } = spec.scaleTargetRef;
    return typeof name === 'string' ? [name] : [];
  });
}

/** Objects as they compare, by name: without what servers write, and without the replicas of `scaled` Deployments. */
export function comparable(
  objects: readonly Manifest[],
  scaled: readonly string[],
): ReadonlyMap<string, Manifest> {
  const wanted = objects.map(withoutServerFields).map((object) => {
    const { kind, metadata, spec } = object;
    return kind === 'Deployment' && isFields(spec) && scaled.includes(metadata.name)
      ? { ...object, spec: without(spec, ['replicas']) }
      : object;
  });
  const keyed = wanted.map((object) => [keyOf(object), object] as const);
  return new Map(keyed.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** What tells an object of a namespace from all others; without the version, which the server converts at will. */
export const keyOf = ({ apiVersion, kind, metadata: { name } }: Manifest): string =>
  `${kind} ${name} ${apiVersion.includes('/') ? apiVersion.replace(/\/.*/, '') : ''}`;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields of a spec that the server fills in for good. */
const assigned = ({ kind, spec }: Manifest): readonly string[] =>
  kind === 'Service' && isFields(spec) && spec.clusterIP !== 'None' ? ['clusterIP', 'clusterIPs'] : [];

function without<T>(fields: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

function only(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)));
}
