import { KubernetesObjectApi, PatchStrategy } from '@kubernetes/client-node';
import type { ObjectRef } from '../../../k8s/api/cluster.ts';
import { kubeConfigOf, testCluster } from './cluster.ts';

/** Writes as somebody else does: parts of an object, by a field manager of that name. */
export function otherWriter(namespace: string, manager: string) {
  const api = KubernetesObjectApi.makeApiClient(kubeConfigOf(testCluster()));
  return async ({ apiVersion, kind, name }: ObjectRef, part: object): Promise<void> => {
    const { metadata = {}, ...rest } = part as { readonly metadata?: object };
    await api.patch(
      { apiVersion, kind, metadata: { name, namespace, ...metadata }, ...rest },
      ...([undefined, undefined, manager, undefined, PatchStrategy.MergePatch] as const),
    );
  };
}
