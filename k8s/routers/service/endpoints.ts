import type { Cluster, Labels, Manifest } from '../../api/cluster.ts';
import { podSelector } from '../../names.ts';
import { fieldsOf, listOf } from '../split/dialect.ts';
import type { SlotKey } from './selection.ts';

/** Ready pods a slot. */
export type ReadyBySlot = Readonly<Record<string, number>>;

const sliceKind = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' } as const;
const slicesOf = (service: string): Labels => ({ 'kubernetes.io/service-name': service });

/** Where the Service's traffic goes now: its ready endpoints, by the slots of their pods. */
export async function endpointsBySlot(cluster: Cluster, service: string, key: SlotKey): Promise<ReadyBySlot> {
  const [slices, pods] = await Promise.all([
    cluster.list(sliceKind, slicesOf(service)),
    cluster.list({ apiVersion: 'v1', kind: 'Pod' }, podSelector(service)),
  ]);
  const served = new Set(slices.flatMap(readyPodsOf));
  return countBySlot(
    pods.filter(({ metadata }) => served.has(metadata.name)),
    key,
  );
}

/** How many ready endpoints a Service has, of whatever pods. */
export async function readyEndpoints(cluster: Cluster, service: string): Promise<number> {
  const slices = await cluster.list(sliceKind, slicesOf(service));
  return slices.flatMap(readyPodsOf).length;
}

/** Resolves with true once the Service has a ready endpoint, or after `withinMs` with false. */
export async function awaitSomeEndpoint(
  cluster: Cluster,
  service: string,
  withinMs: number,
): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    if ((await readyEndpoints(cluster, service)) > 0) return true;
    const left = deadline - Date.now();
    if (left <= 0) return false;
    await cluster.changed([sliceKind], slicesOf(service), Math.min(left, 1000));
  }
}

/** Pods of the lane that are ready, whether the Service selects them or not. */
export async function readyPodsBySlot(cluster: Cluster, service: string, key: SlotKey): Promise<ReadyBySlot> {
  const pods = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, podSelector(service));
  return countBySlot(pods.filter(isReady), key);
}

/** Resolves once the endpoints are as `wanted`, or after `withinMs`, with what they are then. */
export async function awaitEndpoints(
  cluster: Cluster,
  service: string,
  key: SlotKey,
  wanted: (ready: ReadyBySlot) => boolean,
  withinMs: number,
): Promise<ReadyBySlot> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const ready = await endpointsBySlot(cluster, service, key);
    const left = deadline - Date.now();
    if (wanted(ready) || left <= 0) return ready;
    await cluster.changed([sliceKind], slicesOf(service), Math.min(left, 1000));
  }
}

/** Names of the pods that a slice sends to. */
export const readyPodsOf = (slice: Manifest): readonly string[] =>
  listOf(slice, 'endpoints')
    .filter((endpoint) => fieldsOf(endpoint, 'conditions')['ready'] !== false)
    .flatMap((endpoint) => {
      const { name } = fieldsOf(endpoint, 'targetRef');
      return typeof name === 'string' ? [name] : [];
    });

const isReady = (pod: Manifest): boolean =>
  pod.metadata['deletionTimestamp'] === undefined &&
  listOf(fieldsOf(pod, 'status'), 'conditions').some(
    ({ type, status }) => type === 'Ready' && status === 'True',
  );

const countBySlot = (pods: readonly Manifest[], key: SlotKey): ReadyBySlot =>
  pods.reduce<Record<string, number>>((counts, { metadata }) => {
    const slot = metadata.labels?.[key];
    return slot === undefined ? counts : { ...counts, [slot]: (counts[slot] ?? 0) + 1 };
  }, {});
