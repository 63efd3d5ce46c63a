import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A server on a free port that answers as a test says, with a kubeconfig that leads to it. */
export interface ScriptedServer extends AsyncDisposable {
  readonly kubeconfig: string;
  readonly folder: string;
  readonly port: number;
  readonly sockets: ReadonlySet<Socket>;
}

export async function scriptedServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  user: object = { token: 'one' },
): Promise<ScriptedServer> {
  const sockets = new Set<Socket>();
  const listener: RequestListener = (request, response) => {
    answer(request, response);
  };
  const server = createServer(listener);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const folder = await mkdtemp(join(tmpdir(), 'longhaul-kube-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, kubeconfigOf(`http://127.0.0.1:${port}`, user));
  return {
    ...{ kubeconfig, folder, port, sockets },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };
}

/** A kubeconfig is YAML, and so is JSON. */
export const kubeconfigOf = (server: string, user: object): string =>
  JSON.stringify({
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'test' },
    clusters: [{ name: 'c', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'test', context: { cluster: 'c', user: 'u' } }],
  });

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** The kinds of `v1`, as discovery tells them. */
export const coreKinds = {
  resources: [
    { name: 'pods', kind: 'Pod', namespaced: true },
    { name: 'pods/log', kind: 'Pod', namespaced: true },
    { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
  ],
};
