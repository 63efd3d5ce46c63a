import type { Cluster, ClusterEvent, Manifest } from '../api/cluster.ts';
import { conditionOf } from './api-types.ts';
import type { ContainerStatus, DeploymentObject, PodObject, ReplicaSetObject } from './api-types.ts';

/** What the cluster tells of the newest template of a Deployment. */
export interface RolloutFacts {
  readonly deployment: DeploymentObject;
  /** Null until its controller has made one. */
  readonly replicaSet: ReplicaSetObject | null;
  readonly pods: readonly PodFacts[];
}

export interface PodFacts {
  readonly pod: PodObject;
  /** Newest first; none for a pod that is ready. */
  readonly events: readonly ClusterEvent[];
  /** Last lines of containers that are not well, by name. */
  readonly logs: Readonly<Record<string, readonly string[]>>;
}

/** Pods of which events and logs are read: those of one template fail alike. */
const lookedInto = 3;
const logLines = 12;
const revision = 'deployment.kubernetes.io/revision';

/**
 * Reads a Deployment's newest ReplicaSet and its pods, and what is known of those that are not ready.
 * @param deployment as it was just read
 * @throws LonghaulError Unreachable, NotPermitted for pods and ReplicaSets; events and logs may be missing
 */
export async function gatherRolloutFacts(cluster: Cluster, deployment: Manifest): Promise<RolloutFacts> {
  const labels = (deployment as DeploymentObject).spec?.selector?.matchLabels ?? {};
  const [replicaSets, pods] = await Promise.all([
    cluster.list<ReplicaSetObject>({ apiVersion: 'apps/v1', kind: 'ReplicaSet' }, labels),
    cluster.list<PodObject>({ apiVersion: 'v1', kind: 'Pod' }, labels),
  ]);
  const wanted = deployment.metadata.annotations?.[revision];
  const replicaSet =
    replicaSets.find(
      (one) =>
        isOwnedBy(one, deployment) && one.metadata.annotations?.[revision] === wanted && wanted !== undefined,
    ) ?? null;
  const newest = replicaSet === null ? [] : pods.filter((pod) => isOwnedBy(pod, replicaSet));
  const troubled = new Set(newest.filter((pod) => !isReady(pod) && !isEnding(pod)).slice(0, lookedInto));
  return {
    deployment,
    replicaSet,
    pods: await Promise.all(
      newest.map(async (pod) => (troubled.has(pod) ? lookInto(cluster, pod) : { pod, events: [], logs: {} })),
    ),
  };
}

export const isReady = ({ status }: PodObject): boolean =>
  conditionOf(status?.conditions, 'Ready')?.status === 'True';

export const isEnding = ({ metadata }: PodObject): boolean => metadata['deletionTimestamp'] !== undefined;

function isOwnedBy({ metadata }: Manifest, { metadata: { uid } }: Manifest): boolean {
  const owners = metadata['ownerReferences'] as readonly { readonly uid: string }[] | undefined;
  return owners?.some((owner) => owner.uid === uid) ?? false;
}

async function lookInto(cluster: Cluster, pod: PodObject): Promise<PodFacts> {
  const { name } = pod.metadata;
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  const silent = [...initContainerStatuses, ...containerStatuses].filter(hasRun);
  const [events, ...logs] = await Promise.all([
    cluster.events({ kind: 'Pod', name }).catch(() => []),
    ...silent.map((status) => lastLines(cluster, name, status)),
  ]);
  return { pod, events, logs: Object.fromEntries(logs) };
}

/** Whether it has run and may have said why it is not well. */
const hasRun = ({ ready, restartCount, state }: ContainerStatus): boolean =>
  !ready && (restartCount > 0 || state?.running !== undefined || state?.terminated !== undefined);

/** Of the run that failed: once it runs again, that is the one before. */
async function lastLines(
  cluster: Cluster,
  pod: string,
  { name, restartCount, state }: ContainerStatus,
): Promise<readonly [string, readonly string[]]> {
  const previous = restartCount > 0 && state?.running !== undefined;
  const lines = await cluster.logs(pod, name, { lines: logLines, previous }).catch(() => null);
  return [name, lines ?? []];
}
