import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createConnection } from '../../k8s/api/connection.ts';
import { clusterOver, createCluster } from '../../k8s/api/create-cluster.ts';
import { coreKinds, json, kubeconfigOf, scriptedServer } from './support/api-server.ts';

const pod = { apiVersion: 'v1', kind: 'Pod', name: 'p' };

describe('a cluster that a kubeconfig leads to', () => {
  it('reads the kubeconfig again when its token is not taken any more', async () => {
    let current = 'one';
    await using server = await scriptedServer((request, response) => {
      if (request.headers.authorization !== `Bearer ${current}`)
        json(response, 401, { message: 'Unauthorized' });
      else if (request.url === '/api/v1') json(response, 200, coreKinds);
      else json(response, 200, { ...pod, metadata: { name: 'p' } });
    });
    const cluster = createCluster({ kubeconfig: server.kubeconfig, namespace: 'models' });
    expect(await cluster.get(pod)).toMatchObject({ metadata: { name: 'p' } });
    current = 'two';
    await expect(cluster.get(pod)).rejects.toMatchObject({ type: 'NotPermitted' });
    await writeFile(server.kubeconfig, kubeconfigOf(`http://127.0.0.1:${server.port}`, { token: 'two' }));
    expect(await cluster.get(pod)).toMatchObject({ metadata: { name: 'p' } });
  });

  it('asks again when the server has closed an idle connection', async () => {
    let answered = 0;
    await using server = await scriptedServer((request, response) => {
      if (request.url === '/api/v1') {
        json(response, 200, coreKinds);
        return;
      }
      answered += 1;
      // The second request comes on the connection of the first, which the server then drops unread.
      if (answered === 2) request.socket.resetAndDestroy();
      else json(response, 200, { ...pod, metadata: { name: 'p' } });
    });
    const cluster = createCluster({ kubeconfig: server.kubeconfig, namespace: 'models' });
    await cluster.get(pod);
    expect(await cluster.get(pod)).not.toBeNull();
    expect(answered).toBe(3);
  });

  it('keeps one connection for one request after the other', async () => {
    await using server = await scriptedServer((request, response) => {
      json(response, 200, request.url === '/api/v1' ? coreKinds : { ...pod, metadata: { name: 'p' } });
    });
    const cluster = createCluster({ kubeconfig: server.kubeconfig, namespace: 'models' });
    for (let time = 0; time < 20; time += 1) await cluster.get(pod);
    expect(server.sockets.size).toBe(1);
  });

  it('tells a kubeconfig, a context, a program that are not there', async () => {
    await using server = await scriptedServer(() => undefined);
    const { folder, kubeconfig, port } = server;
    const asked = (place: { kubeconfig: string; context?: string }): Promise<unknown> =>
      createCluster({ namespace: 'models', ...place }).get(pod);
    await expect(asked({ kubeconfig: join(folder, 'none') })).rejects.toThrow(
      /There is no kubeconfig .*none/,
    );
    await expect(asked({ kubeconfig, context: 'prod' })).rejects.toThrow(
      /There is no context “prod” in .* one of: test/,
    );
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'no-such-login',
      args: [],
      interactiveMode: 'Never',
    };
    await writeFile(kubeconfig, kubeconfigOf(`http://127.0.0.1:${port}`, { exec }));
    await expect(asked({ kubeconfig })).rejects.toThrow(
      /the program no-such-login, which cannot be started \(ENOENT\)/,
    );
    const failing = { ...exec, command: 'sh', args: ['-c', 'echo session is over >&2; exit 1'] };
    await writeFile(kubeconfig, kubeconfigOf(`http://127.0.0.1:${port}`, { exec: failing }));
    await expect(asked({ kubeconfig })).rejects.toMatchObject({
      type: 'Unreachable',
      message: expect.stringContaining('session is over') as string,
    });
  });

  it('tells a server that is not there, and finds it where the kubeconfig says next', async () => {
    await using server = await scriptedServer((request, response) => {
      json(response, 200, request.url === '/api/v1' ? coreKinds : { ...pod, metadata: { name: 'p' } });
    });
    const nowhere = await scriptedServer(() => undefined);
    await nowhere[Symbol.asyncDispose]();
    const { kubeconfig, port } = server;
    await writeFile(kubeconfig, kubeconfigOf(`http://127.0.0.1:${nowhere.port}`, { token: 'one' }));
    const cluster = createCluster({ kubeconfig, namespace: 'models' });
    await expect(cluster.get(pod)).rejects.toMatchObject({
      type: 'Unreachable',
      said: expect.stringMatching(/test \(http:\/\/127\.0\.0\.1:\d+\).*ECONNREFUSED/) as string,
    });
    await writeFile(kubeconfig, kubeconfigOf(`http://127.0.0.1:${port}`, { token: 'one' }));
    expect(await cluster.get(pod)).not.toBeNull();
  });

  it('gives up a server that takes a request and never answers', async () => {
    await using server = await scriptedServer((_request, response) => {
      void once(response, 'close');
    });
    const connection = createConnection({ kubeconfig: server.kubeconfig, namespace: 'models' }, 300);
    const cluster = clusterOver(connection, 'models');
    await expect(cluster.get(pod)).rejects.toMatchObject({
      type: 'Unreachable',
      said: expect.stringContaining('no answer in time') as string,
    });
  });
});
