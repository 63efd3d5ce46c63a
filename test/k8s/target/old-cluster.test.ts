import { expect, it } from 'vitest';
import { kubernetesEnvironment } from '../../../config/cluster-config.ts';
import { createCluster } from '../../../k8s/api/create-cluster.ts';
import { createKubernetesTarget } from '../../../k8s/target/index.ts';
import { createDirectoryStore } from '../../../activities/store/directory-store.ts';
import { json, scriptedServer } from '../support/api-server.ts';

it('a release to a cluster that is too old ends at its first question, before anything is written', async () => {
  const asked: string[] = [];
  await using server = await scriptedServer((request, response) => {
    asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
    json(response, 200, { major: '1', minor: '29+', gitVersion: 'v1.29.9' });
  });
  const { kubeconfig, folder } = server;
  const nobody = 'http://127.0.0.1:1';
  const { target } = createKubernetesTarget({
    cluster: createCluster({ kubeconfig, namespace: 'models' }),
    environment: kubernetesEnvironment.parse({
      ...{ target: 'kubernetes', namespace: 'models', baseUrl: nobody, prometheus: nobody },
    }),
    trackingUri: nobody,
    store: createDirectoryStore({ artifacts: folder, documents: folder }),
    checkouts: { list: () => Promise.resolve({}), read: () => Promise.resolve(null) },
  });
  await expect(target.snapshot({ model: 'small', environment: 'production' })).rejects.toMatchObject({
    type: 'InvalidConfig',
    message: expect.stringContaining('test/models is Kubernetes v1.29.9; 1.30 is the oldest') as unknown,
  });
  expect(asked).toEqual(['GET /version']);
});
