import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { givenCluster } from '../../cluster/support/given-cluster.ts';

const named = {
  LONGHAUL_TEST_CLUSTER_CONTEXT: 'kind-throwaway',
  LONGHAUL_TEST_GATEWAY: 'http://127.0.0.1:8080',
  LONGHAUL_TEST_GATEWAY_API: 'http://127.0.0.1:8081',
  LONGHAUL_TEST_GATEWAY_NAME: 'istio-system/longhaul',
  LONGHAUL_TEST_ENVOY_ADMIN: 'http://127.0.0.1:15000',
  LONGHAUL_TEST_HOST_ADDRESS: '172.18.0.1',
};

/** A kubeconfig of a cluster that says it is of this minor version. */
async function kubeconfigOf(minor: string): Promise<string> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ major: '1', minor, gitVersion: `v1.${minor}.0`, platform: 'linux/amd64' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-given-'));
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  const { port } = server.address() as AddressInfo;
  const file = join(folder, 'kubeconfig');
  const contexts = ['kind-throwaway', 'production'].map((name) => ({
    name,
    context: { cluster: 'it', user: 'me' },
  }));
  writeFileSync(
    file,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'production',
      clusters: [
        { name: 'it', cluster: { server: `http://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true } },
      ],
      users: [{ name: 'me', user: {} }],
      contexts,
    }),
  );
  return file;
}

test('without a kubeconfig none is given', async () => {
  expect(await givenCluster({ KUBECONFIG: '/somewhere' })).toBeNull();
});

test('a kubeconfig alone is refused: the current context may be production', async () => {
  await expect(givenCluster({ LONGHAUL_TEST_KUBECONFIG: '/somewhere' })).rejects.toThrow(
    /set LONGHAUL_TEST_CLUSTER_CONTEXT, .*; see docs\/test-cluster.md/,
  );
});

test('the named context is used, whichever is the current one', async () => {
  const LONGHAUL_TEST_KUBECONFIG = await kubeconfigOf('34');
  const cluster = await givenCluster({ ...named, LONGHAUL_TEST_KUBECONFIG });
  expect(cluster).toMatchObject({ context: 'kind-throwaway', hostAddress: '172.18.0.1', own: null });
  await expect(
    givenCluster({ ...named, LONGHAUL_TEST_KUBECONFIG, LONGHAUL_TEST_CLUSTER_CONTEXT: 'kind-other' }),
  ).rejects.toThrow(/has no context kind-other.*it has kind-throwaway, production/);
});

test('Kubernetes before 1.30 is refused, in the words of managed clusters too', async () => {
  await expect(
    givenCluster({ ...named, LONGHAUL_TEST_KUBECONFIG: await kubeconfigOf('29+') }),
  ).rejects.toThrow(/is Kubernetes 1\.29\+; 1\.30 is the oldest/);
});
