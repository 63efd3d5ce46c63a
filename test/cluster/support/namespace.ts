import { randomBytes } from 'node:crypto';
import { CoreV1Api, KubernetesObjectApi } from '@kubernetes/client-node';
import { kubeConfigOf, testCluster } from './cluster.ts';

export interface TestNamespace {
  readonly name: string;
  /** Asks the cluster to remove it; what is in it ends a little later. */
  readonly remove: () => Promise<void>;
}

/** A namespace for one file of tests. @param purpose a short word in lower case */
export async function makeNamespace(purpose: string): Promise<TestNamespace> {
  const config = kubeConfigOf(testCluster());
  const objects = KubernetesObjectApi.makeApiClient(config);
  const core = config.makeApiClient(CoreV1Api);
  const name = `test-${purpose}-${randomBytes(3).toString('hex')}`;
  await objects.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return {
    name,
    remove: async () => {
      await core.deleteNamespace({ name });
    },
  };
}
