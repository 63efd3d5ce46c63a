import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createCluster } from '../../k8s/api/create-cluster.ts';
import { coreKinds, json, scriptedServer } from './support/api-server.ts';

const kinds = [{ apiVersion: 'v1', kind: 'Pod' }];
const labels = { app: 'flight' };
const never = 60_000;

/** A server whose list is at version 10; each watch is handed over with the version that it goes on from. */
async function watchedServer() {
  const opened: { readonly from: string; readonly response: ServerResponse }[] = [];
  let onOpen: () => void = () => undefined;
  let lists = 0;
  const server = await scriptedServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://server');
    if (url.pathname === '/api/v1') {
      json(response, 200, coreKinds);
      return;
    }
    if (url.searchParams.get('watch') === null) {
      lists += 1;
      json(response, 200, { metadata: { resourceVersion: String(lists * 10) }, items: [] });
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    opened.push({ from: url.searchParams.get('resourceVersion') ?? '', response });
    onOpen();
  });
  const watchNumber = async (
    count: number,
  ): Promise<{ readonly from: string; readonly response: ServerResponse }> => {
    while (opened.length < count) await new Promise<void>((resolve) => (onOpen = resolve));
    const one = opened[count - 1];
    if (one === undefined) throw new Error('no watch');
    return one;
  };
  const cluster = createCluster({ kubeconfig: server.kubeconfig, namespace: 'models' });
  return {
    server,
    cluster,
    watchNumber,
    lists: () => lists,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const event = (type: string, version: number): string =>
  `${JSON.stringify({ type, object: { metadata: { resourceVersion: String(version) } } })}\n`;

describe('changed', () => {
  it('resolves at once when its watch stands, then with each change, those between two calls included', async () => {
    await using watched = await watchedServer();
    const { cluster, watchNumber } = watched;
    await cluster.changed(kinds, labels, never);
    const { from, response } = await watchNumber(1);
    expect(from).toBe('10');
    const waiting = cluster.changed(kinds, labels, never);
    response.write(event('MODIFIED', 11));
    await waiting;
    response.write(event('DELETED', 12));
    await delay(50);
    await cluster.changed(kinds, labels, never);
    expect(watched.server.sockets.size).toBeLessThanOrEqual(2);
  });

  it('does not take a bookmark for a change, and waits no longer than it is told', async () => {
    await using watched = await watchedServer();
    const { cluster, watchNumber } = watched;
    await cluster.changed(kinds, labels, never);
    const { response } = await watchNumber(1);
    response.write(event('BOOKMARK', 15));
    const begun = Date.now();
    await cluster.changed(kinds, labels, 200);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(190);
  });

  it('goes on from the last version that it saw after a connection broke', async () => {
    await using watched = await watchedServer();
    const { cluster, watchNumber, lists } = watched;
    await cluster.changed(kinds, labels, never);
    const first = await watchNumber(1);
    first.response.write(event('MODIFIED', 17));
    await cluster.changed(kinds, labels, never);
    first.response.destroy();
    const second = await watchNumber(2);
    expect(second.from).toBe('17');
    expect(lists()).toBe(1);
  });

  it('lists anew where the server has forgotten that version, and counts that as a change', async () => {
    await using watched = await watchedServer();
    const { cluster, watchNumber, lists } = watched;
    await cluster.changed(kinds, labels, never);
    const first = await watchNumber(1);
    const waiting = cluster.changed(kinds, labels, never);
    first.response.end(`${JSON.stringify({ type: 'ERROR', object: { code: 410, reason: 'Expired' } })}\n`);
    await waiting;
    expect(lists()).toBe(2);
    expect((await watchNumber(2)).from).toBe('20');
  });

  it('wakes everybody who waits', async () => {
    await using watched = await watchedServer();
    const { cluster, watchNumber } = watched;
    await cluster.changed(kinds, labels, never);
    const { response } = await watchNumber(1);
    const waiting = [cluster.changed(kinds, labels, never), cluster.changed(kinds, labels, never)];
    response.write(event('ADDED', 11));
    await Promise.all(waiting);
  });

  it('tells that the right to watch is missing', async () => {
    const message =
      'pods is forbidden: User "u" cannot watch resource "pods" in API group "" in the namespace "models"';
    await using server = await scriptedServer((request, response) => {
      const { url = '' } = request;
      if (url === '/api/v1') json(response, 200, coreKinds);
      else if (url.includes('watch=true')) json(response, 403, { message });
      else json(response, 200, { metadata: { resourceVersion: '1' }, items: [] });
    });
    const cluster = createCluster({ kubeconfig: server.kubeconfig, namespace: 'models' });
    const twice = async (): Promise<void> => {
      await cluster.changed(kinds, labels, never);
      await cluster.changed(kinds, labels, never);
    };
    await expect(twice()).rejects.toMatchObject({ type: 'NotPermitted' });
  });
});
