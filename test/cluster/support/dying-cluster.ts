import type { Cluster, Kind, Labels, Manifest, ObjectRef } from '../../../k8s/api/cluster.ts';

/** A cluster as a worker sees it who is killed after so many writes: the last one is made, and its answer is lost. */
export function dyingCluster(cluster: Cluster, writes: number): Cluster {
  let left = writes;
  const reading = async <T>(call: () => Promise<T>): Promise<T> => {
    if (left <= 0) throw new Error('killed');
    return call();
  };
  const writing = <T>(call: () => Promise<T>): Promise<T> =>
    reading(async () => {
      const answer = await call();
      left -= 1;
      if (left <= 0) throw new Error('killed');
      return answer;
    });
  return {
    name: cluster.name,
    namespace: cluster.namespace,
    get: <T extends Manifest>(ref: ObjectRef) => reading(() => cluster.get<T>(ref)),
    list: <T extends Manifest>(kind: Kind, labels: Labels) => reading(() => cluster.list<T>(kind, labels)),
    version: () => reading(() => cluster.version()),
    has: (kind) => reading(() => cluster.has(kind)),
    apply: (manifest, options) => writing(() => cluster.apply(manifest, options)),
    patch: <T extends Manifest>(...given: Parameters<Cluster['patch']>) =>
      writing(() => cluster.patch<T>(...given)),
    replace: (...given) => writing(() => cluster.replace(...given)),
    create: (manifest) => writing(() => cluster.create(manifest)),
    remove: (...given) => writing(() => cluster.remove(...given)),
    changed: (...given) => reading(() => cluster.changed(...given)),
    logs: (...given) => reading(() => cluster.logs(...given)),
    events: (about) => reading(() => cluster.events(about)),
  };
}

/**
 * Calls `work` with workers that are killed after one write, after two, and so on, each going on from what the one
 * before has left, until one of them comes to the end. @returns how many were killed
 */
export async function untilOneLives(
  cluster: Cluster,
  work: (cluster: Cluster) => Promise<unknown>,
): Promise<number> {
  for (let writes = 1; ; writes += 1) {
    try {
      await work(dyingCluster(cluster, writes));
      return writes - 1;
    } catch (error) {
      if (!(error instanceof Error) || error.message !== 'killed') throw error;
    }
  }
}
