import type { Cluster, ObjectRef } from '../../../k8s/api/cluster.ts';
import { createCluster } from '../../../k8s/api/create-cluster.ts';
import { awaitReady } from '../../cluster/await-ready.ts';

/** Name and key of the Secret with the token of the model's users. */
export const tokenSecret = { secret: 'flights', key: 'token' } as const;

const mark = { key: 'app.kubernetes.io/part-of', value: 'longhaul-demo' } as const;

/** What an earlier demo has left under the name goes first. @throws Error where the namespace is somebody else's */
export async function makeNamespace(kubeconfig: string, namespace: string, token: string): Promise<void> {
  const cluster = createCluster({ kubeconfig, namespace });
  if (await exists(cluster)) {
    if (!(await isDemos(kubeconfig, namespace)))
      throw new Error(
        `The namespace ${namespace} is not the demo's: it has no label ${mark.key}: ${mark.value}.`,
      );
    await removeNamespace(kubeconfig, namespace);
    await awaitReady(`the end of the namespace ${namespace}`, 120, async () => {
      if (await exists(cluster)) throw new Error('it is there');
    });
  }
  const labels = { [mark.key]: mark.value };
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } });
  await cluster.create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: tokenSecret.secret },
    stringData: { [tokenSecret.key]: token },
  });
}

/** Whether the namespace is there and of a demo. */
export async function isDemos(kubeconfig: string, namespace: string): Promise<boolean> {
  const found = await createCluster({ kubeconfig, namespace }).get(refOf(namespace));
  return found?.metadata.labels?.[mark.key] === mark.value;
}

/** Resolves when the cluster has been told; what is in it ends a little later. */
export const removeNamespace = (kubeconfig: string, namespace: string): Promise<void> =>
  createCluster({ kubeconfig, namespace }).remove(refOf(namespace));

const exists = async (cluster: Cluster): Promise<boolean> =>
  (await cluster.get(refOf(cluster.namespace))) !== null;

const refOf = (name: string): ObjectRef => ({ apiVersion: 'v1', kind: 'Namespace', name });
