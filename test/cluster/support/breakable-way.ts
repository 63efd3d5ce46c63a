import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import type { TestCluster } from './cluster.ts';

/** A way to the API server that this test alone uses, and may break. */
export interface BreakableWay extends AsyncDisposable {
  /** Leads over it, with the same credentials. */
  readonly kubeconfig: string;
  /** Connections that stand now. */
  readonly connections: () => number;
  /** Ends what stands, and refuses what comes. */
  readonly breakOff: () => void;
  /** Takes what comes, and lets nothing through. */
  readonly hang: () => void;
  readonly mend: () => void;
}

export async function breakableWay({ kubeconfig, context }: TestCluster): Promise<BreakableWay> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  config.setCurrentContext(context);
  const target = new URL(config.getCurrentCluster()?.server ?? '');
  let state: 'whole' | 'broken' | 'hanging' = 'whole';
  const open = new Set<Socket>();
  const server = createServer((near) => {
    if (state === 'broken') {
      near.resetAndDestroy();
      return;
    }
    const far = connect(Number(target.port === '' ? 443 : target.port), target.hostname);
    open.add(near);
    near.on('close', () => {
      open.delete(near);
      far.destroy();
    });
    far.on('close', () => near.destroy());
    for (const socket of [near, far]) socket.on('error', () => socket.destroy());
    const pass = (to: Socket) => (bytes: Buffer) => {
      if (state === 'whole') to.write(bytes);
    };
    near.on('data', pass(far));
    far.on('data', pass(near));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const folder = await mkdtemp(join(tmpdir(), 'longhaul-way-'));
  const { port } = server.address() as AddressInfo;
  const over = join(folder, 'kubeconfig');
  await writeFile(over, await leadingOver(kubeconfig, `https://127.0.0.1:${port}`));
  const endAll = (): void => {
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    kubeconfig: over,
    connections: () => open.size,
    breakOff: () => {
      state = 'broken';
      endAll();
    },
    hang: () => (state = 'hanging'),
    mend: () => {
      if (state === 'hanging') endAll();
      state = 'whole';
    },
    [Symbol.asyncDispose]: async () => {
      endAll();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Every API server's certificate has this name besides its addresses. */
const serverName = 'kubernetes';

async function leadingOver(kubeconfig: string, address: string): Promise<string> {
  const config = parse(await readFile(kubeconfig, 'utf8')) as {
    readonly clusters: readonly { readonly cluster: Readonly<Record<string, unknown>> }[];
  };
  const clusters = config.clusters.map((one) => ({
    ...one,
    cluster: { ...one.cluster, server: address, 'tls-server-name': serverName },
  }));
  return JSON.stringify({ ...config, clusters });
}
