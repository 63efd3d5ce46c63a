import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import { checkServer } from '../../client/check-server.ts';
import { defaultServerYaml } from '../../config/default-server.ts';
import { namespace, searchAttributes } from '../../core/ids.ts';
import { freePort } from '../../local/supervisor/ports.ts';
import { findTools } from '../../local/tools.ts';

/** Servers of a benchmark. `urls` is where each side takes deliveries. */
export interface Sides {
  readonly urls: { readonly longhaul: string; readonly bare: string };
  readonly stop: () => Promise<void>;
}

/** A Temporal that keeps nothing, and both servers in front of it. */
export async function startSides(folder: string, secret: string, project: string): Promise<Sides> {
  const started: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.toReversed().map(end));
  };
  try {
    const temporal = `127.0.0.1:${await freePort()}`;
    started.push(startTemporal(temporal));
    await answers(temporal);
    const urls = { longhaul: await freeUrl(), bare: await freeUrl() };
    const port = (url: string): string => new URL(url).port;
    writeFileSync(join(folder, 'secret'), secret, { mode: 0o600 });
    writeFileSync(join(folder, 'longhaul.server.yaml'), serverFile(temporal, project, port(urls.longhaul)));
    const env = { ...process.env, LONGHAUL_HOME: folder, LONGHAUL_BENCH_SECRET: secret };
    started.push(
      run([program('../../client/cli/main'), 'webhooks', 'serve'], env),
      run([program('bare-handler'), port(urls.bare), temporal, namespace.name], env),
    );
    await Promise.all(Object.values(urls).map(listens));
    return { urls, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

const freeUrl = async (): Promise<string> => `http://127.0.0.1:${await freePort()}/github`;

const serverFile = (temporal: string, project: string, port: string): string =>
  `${defaultServerYaml({ projects: { [project]: 'file:///nowhere' } }).replace(/address: [\d.:]+/, `address: ${temporal}`)}
github: { token: { file: secret }, webhookSecret: { file: secret } }
webhooks: { port: ${port} }
`;

/** From source, or compiled, as this file. */
const program = (name: string): string =>
  fileURLToPath(new URL(`${name}${extname(fileURLToPath(import.meta.url))}`, import.meta.url));

const run = (args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess =>
  spawn(process.execPath, [...args], { stdio: 'ignore', env });

function startTemporal(address: string): ChildProcess {
  const attributes = Object.values(searchAttributes).flatMap((name) => [
    '--search-attribute',
    `${name}=Keyword`,
  ]);
  const args = ['--headless', '--port', new URL(`tcp://${address}`).port, '--namespace', namespace.name];
  return spawn(
    findTools().temporal,
    ['server', 'start-dev', ...args, '--log-level', 'never', ...attributes],
    { stdio: 'ignore' },
  );
}

async function answers(address: string): Promise<void> {
  await patiently(async () => {
    const connection = await Connection.connect({ address, connectTimeout: 2_000 });
    try {
      await checkServer(connection, namespace.name);
    } finally {
      await connection.close();
    }
  });
}

const listens = (url: string): Promise<void> =>
  patiently(async () => {
    await fetch(url);
  });

async function patiently(look: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      await look();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(100);
    }
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
