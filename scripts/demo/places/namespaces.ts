import type { ObjectRef } from '../../../k8s/api/cluster.ts';
import { createCluster } from '../../../k8s/api/create-cluster.ts';
import { awaitReady } from '../../cluster/await-ready.ts';

/** Name and key of the Secret with the token of the model's users. */
export const tokenSecret = { secret: 'flights', key: 'token' } as const;

const labels = { 'app.kubernetes.io/part-of': 'longhaul-demo' };

/** What an earlier demo has left under the name goes first. @throws Error where the namespace is somebody else's */
export async function makeNamespace(kubeconfig: string, namespace: string, token: string): Promise<void> {
  const cluster = createCluster({ kubeconfig, namespace });
  await removeNamespace(kubeconfig, namespace);
  await awaitReady(`the end of the namespace ${namespace}`, 120, async () => {
    if ((await cluster.get(refOf(namespace))) !== null) throw new Error('it is there');
  });
  await cluster.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace, labels } });
  await cluster.create({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: tokenSecret.secret },
    stringData: { [tokenSecret.key]: token },
  });
}

/** Resolves when the cluster has been told; what is in it ends a little later. */
export async function removeNamespace(kubeconfig: string, namespace: string): Promise<void> {
  const cluster = createCluster({ kubeconfig, namespace });
  const found = await cluster.get(refOf(namespace));
  if (found === null) return;
  const [[key, value] = []] = Object.entries(labels);
  if (found.metadata.labels?.[key ?? ''] !== value)
    throw new Error(`The namespace ${namespace} is not the demo's: it has no label ${key}: ${value}.`);
  await cluster.remove(refOf(namespace));
}

const refOf = (name: string): ObjectRef => ({ apiVersion: 'v1', kind: 'Namespace', name });
