import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { followServerConfig } from '../../config/follow-server.ts';
import { frontDoorSecrets } from '../../config/front-door-secrets.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import { LonghaulError } from '../../core/errors.ts';
import { createRedactor } from '../../core/redact.ts';
import { createSecrets } from '../../local/secrets.ts';
import { temporalSettings } from '../connection.ts';
import { keepReconciler } from '../schedules/reconcile-schedule.ts';
import type { Log } from './doors.ts';
import { createWebhookMetrics } from './metrics.ts';
import { answers, openPatiently } from './patient-connection.ts';
import { createWebhookServer } from './server.ts';
import type { WebhookServerParts } from './server.ts';
import { slackDoor } from './slack-door.ts';
import { createStartAnswer } from './start-answer.ts';
import { createStartTrigger } from './start-trigger.ts';

export interface RunningWebhooks {
  readonly host: string;
  readonly port: number;
  /** Takes nothing new, answers what is under way, and resolves when all of it has been. */
  readonly stop: () => Promise<void>;
}

/**
 * Serves the webhooks of the operator's file; also while Temporal is away, since GitHub is told of that.
 * @throws LonghaulError InvalidConfig, MissingSecret, Conflict when the port is taken
 */
export async function serveWebhooks(
  serverFile: string,
  write: (line: string) => void,
): Promise<RunningWebhooks> {
  const current = followServerConfig(serverFile);
  const config = current();
  const { webhooks } = config;
  if (webhooks === undefined) {
    throw new LonghaulError('InvalidConfig', `${serverFile} has no \`webhooks\`.`, {
      mend: 'Add it, such as `webhooks: { port: 8090 }`; its keys are in docs/configuration.md.',
    });
  }
  const { slack, ...secrets } = await secretsOf(config);
  const log = createLog(write, await knownValues({ ...secrets, slack }));
  const settings = temporalSettings(config);
  const { connection, giveUp, close } = openPatiently(settings);
  const client = new Client({ connection, namespace: settings.namespace });
  const parts = { metrics: createWebhookMetrics(), log, now: Date.now };
  const server = createWebhookServer({
    ...parts,
    start: createStartTrigger(client),
    projects: () => Object.keys(current().projects),
    secrets,
    isReady: () => answers(connection, settings.namespace),
    plugins:
      slack === undefined
        ? []
        : [slackDoor({ ...parts, signingSecret: slack, start: createStartAnswer(client) })],
  });
  const { host, port } = webhooks;
  await listen(server, { host, port });
  log('INFO', 'listening', { host, port });
  const stopping = new AbortController();
  void keepSchedule(client, config, log, stopping.signal);
  return {
    host,
    port,
    stop: async () => {
      stopping.abort();
      giveUp();
      await server.close();
      await close();
    },
  };
}

/** Serves until SIGTERM or SIGINT. @param onListening called once it listens */
export async function serveUntilSignal(
  serverFile: string,
  write: (line: string) => void,
  onListening: (running: RunningWebhooks) => Promise<void>,
): Promise<void> {
  const told = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  const running = await serveWebhooks(serverFile, write);
  await onListening(running);
  await told;
  await running.stop();
}

type ReadSecret = () => Promise<string>;

/** Each is read once now, so that a missing one is told at once, and then whenever it is needed. */
async function secretsOf(
  config: ServerConfig,
): Promise<WebhookServerParts['secrets'] & { readonly slack?: ReadSecret }> {
  const sources = frontDoorSecrets(config);
  const secrets = createSecrets({ sources });
  const value = async (name: string): Promise<ReadSecret> => {
    const read = async (): Promise<string> => (await secrets.resolve([name]))[name] ?? '';
    await read();
    return read;
  };
  return {
    ...('github.webhookSecret' in sources ? { github: await value('github.webhookSecret') } : {}),
    ...('webhooks.dataSecret' in sources ? { data: await value('webhooks.dataSecret') } : {}),
    ...('slack.signingSecret' in sources ? { slack: await value('slack.signingSecret') } : {}),
  };
}

const knownValues = (secrets: Readonly<Record<string, ReadSecret | undefined>>): Promise<string[]> =>
  Promise.all(Object.values(secrets).flatMap((value) => (value === undefined ? [] : [value()])));

/** One line an entry, as the workers write them. */
function createLog(write: (line: string) => void, secrets: readonly string[]): Log {
  const redactor = createRedactor(secrets);
  return (level, message, facts) => {
    const told = facts === undefined ? '' : ` ${JSON.stringify(facts)}`;
    write(redactor.text(`${new Date().toISOString()} ${level} ${message}${told}`));
  };
}

async function listen(server: FastifyInstance, at: { host: string; port: number }): Promise<void> {
  try {
    await server.listen(at);
  } catch (cause) {
    await server.close();
    throw new LonghaulError('Conflict', `${at.host}:${at.port} cannot be listened on: ${String(cause)}.`, {
      mend: 'Set another `webhooks.port` in the operator’s file, or end what listens there.',
      cause,
    });
  }
}

/** Whenever Temporal is there for it. */
async function keepSchedule(
  client: Client,
  config: ServerConfig,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  for (let tries = 1; !signal.aborted; tries++) {
    try {
      await client.withDeadline(Date.now() + 10_000, () => keepReconciler(client.schedule, config));
      return;
    } catch (error) {
      if (tries === 1) log('WARN', 'the reconciler’s schedule is not there yet', { why: String(error) });
      await delay(5_000, undefined, { signal }).catch(() => undefined);
    }
  }
}
