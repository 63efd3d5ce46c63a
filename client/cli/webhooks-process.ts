import { existsSync, mkdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ServerConfig } from '../../config/server-config.ts';
import { LonghaulError } from '../../core/errors.ts';
import type { HomePaths } from '../../local/home.ts';
import { endLeftover } from '../../local/supervisor/process-group.ts';
import { isRunning } from '../../local/supervisor/process-identity.ts';
import { lastLogLine, readRunning, startDetached } from './detached-process.ts';
import type { DetachedProcess } from './detached-process.ts';

const fileOf = (home: HomePaths): string => join(home.webhooks, 'server.json');

/** Where it tells Prometheus of its metrics, while it listens. */
const targetsOf = (home: HomePaths): string => join(home.workerTargets, 'webhooks.json');

/** The webhook server of this home, if it runs. */
const runningWebhooks = (home: HomePaths): Promise<DetachedProcess | null> => readRunning(fileOf(home));

export interface KeptWebhooks {
  readonly process: DetachedProcess;
  /** By this call. */
  readonly started: boolean;
}

const listensWithinMs = 60_000;

/**
 * Starts the webhook server where the operator's file has `webhooks`, unless it runs, and resolves once it listens;
 * ends one that the file has no more. Null: none is asked for.
 * @throws LonghaulError NotReady, with its last line
 */
export async function keepWebhooks(
  home: HomePaths,
  { webhooks }: Pick<ServerConfig, 'webhooks'>,
  serverFile: string,
): Promise<KeptWebhooks | null> {
  if (webhooks === undefined) {
    await stopWebhooks(home);
    return null;
  }
  const running = await runningWebhooks(home);
  if (running !== null) return { process: running, started: false };
  return { process: await startWebhooks(home, serverFile), started: true };
}

async function startWebhooks(home: HomePaths, serverFile: string): Promise<DetachedProcess> {
  mkdirSync(home.webhooks, { recursive: true });
  mkdirSync(home.workerTargets, { recursive: true });
  const targets = targetsOf(home);
  await rm(targets, { force: true });
  const serve = ['webhooks', 'serve', '--server', serverFile, '--metrics-targets', targets];
  const server = await startDetached(home, [commandMain(), ...serve], join(home.logs, 'webhooks.log'));
  await writeFile(fileOf(home), `${JSON.stringify(server)}\n`);
  try {
    await awaitListening(server, targets);
    return server;
  } catch (error) {
    await stopWebhooks(home);
    throw error;
  }
}

async function awaitListening(server: DetachedProcess, targets: string): Promise<void> {
  const deadline = Date.now() + listensWithinMs;
  while (!existsSync(targets)) {
    const ended = !(await isRunning(server));
    if (ended || Date.now() > deadline) {
      const what = ended ? 'ended at once' : 'does not listen';
      throw new LonghaulError('NotReady', `The webhook server ${what}: ${await lastLogLine(server)}`, {
        mend: `Its log is ${server.logFile}`,
      });
    }
    await delay(50);
  }
}

/** The `longhaul` command's own program, from source or compiled. */
const commandMain = (): string =>
  fileURLToPath(new URL(`main${extname(fileURLToPath(import.meta.url))}`, import.meta.url));

/** Lets it answer what is under way; by force after 20 seconds. True if it ran. */
export async function stopWebhooks(home: HomePaths): Promise<boolean> {
  const running = await runningWebhooks(home);
  if (running !== null) await endLeftover(running, 20_000);
  await rm(fileOf(home), { force: true });
  await rm(targetsOf(home), { force: true });
  return running !== null;
}
