import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findTools } from '../../local/tools.ts';

export interface StartedContainerd {
  /** A shell command line that pulls an image. */
  readonly pull: (image: string) => string;
  readonly stop: () => Promise<void>;
}

/** Starts a real containerd of its own, which pulls images and runs none. Only root may. */
export async function startContainerd(): Promise<StartedContainerd> {
  const program = findTools().containerd;
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-containerd-'));
  const [socket, config] = [join(folder, 'socket'), join(folder, 'config.toml')];
  const settings = [
    'version = 2',
    `root = "${join(folder, 'root')}"`,
    `state = "${join(folder, 'state')}"`,
    'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
    '[grpc]',
    `address = "${socket}"`,
  ];
  writeFileSync(config, `${settings.join('\n')}\n`);
  const server = spawn(program, ['--config', config], { stdio: 'ignore' });
  const gone = once(server, 'exit');
  const deadline = Date.now() + 60_000;
  while (!existsSync(socket)) {
    if (server.exitCode !== null || Date.now() > deadline) throw new Error('containerd did not start.');
    await wait(50);
  }
  const ctr = join(dirname(program), 'ctr');
  return {
    pull: (image) => `${ctr} --address ${socket} images pull --plain-http ${image}`,
    async stop() {
      server.kill('SIGTERM');
      await gone;
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/**
 * A registry on the loopback that hands out nothing: below `locked/` it wants a login, below `busy/` it has had enough
 * for now, and it has no other image.
 */
export async function startEmptyRegistry(): Promise<{
  readonly host: string;
  readonly stop: () => Promise<void>;
}> {
  const server = createServer(({ url = '' }, response) => {
    const [status, code] = url.includes('/locked/')
      ? ([401, 'UNAUTHORIZED'] as const)
      : url.includes('/busy/')
        ? ([429, 'TOOMANYREQUESTS'] as const)
        : ([404, 'MANIFEST_UNKNOWN'] as const);
    if (status === 401) response.setHeader('www-authenticate', 'Basic realm="registry"');
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
