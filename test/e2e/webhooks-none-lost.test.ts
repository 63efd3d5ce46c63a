/**
 * 2,000 deliveries, a fifth of them repeats, at a server that is killed ten times, before a Temporal that is away for 20
 * seconds: what was refused comes again, and each is started once.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDeliveryActivities } from '../../activities/deliveries/index.ts';
import { FailureInterceptor } from '../../activities/failure.ts';
import { namespace, taskQueues } from '../../core/ids.ts';
import { Deliveries } from '../support/github/deliveries.ts';
import { triggerOf, webhookSecret, writeFrontDoorFile } from '../webhooks/support/front-door.ts';
import type { FrontDoorFile } from '../webhooks/support/front-door.ts';
import { createLastingTemporal } from '../webhooks/support/temporal.ts';
import type { LastingTemporal } from '../webhooks/support/temporal.ts';

const deliveries = 2_000;
const repeats = 400;
/** How many GitHub has under way at a time. */
const atOnce = 24;
/** Temporal is away for at least this long. */
const awayMs = 20_000;
/** After how many deliveries, about, the server is killed, ten times, two of them while Temporal is away. */
const kills = {
  before: [100, 200, 300],
  away: 400,
  within: 2,
  after: [700, 950, 1_200, 1_450, 1_700],
} as const;
const seed = Number(process.env['LONGHAUL_TEST_SEED'] ?? randomInt(2 ** 31));

let temporal: LastingTemporal;
let file: FrontDoorFile;
let connection: Connection;
let client: Client;
let native: NativeConnection;
let ended: Promise<void>;
let worker: Worker;
let server: KeptServer;
const github = new Deliveries();

beforeAll(async () => {
  temporal = await createLastingTemporal();
  await temporal.start();
  file = await writeFrontDoorFile({
    temporal: temporal.address,
    projects: ['longhaul/flights'],
    app: true,
    askAgainEvery: '2s',
  });
  github.target = { url: `${file.url}/github`, secret: webhookSecret };
  connection = await Connection.connect({ address: temporal.address });
  client = new Client({ connection, namespace: namespace.name });
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' }, forward: {} } },
  });
  native = await NativeConnection.connect({ address: temporal.address });
  worker = await Worker.create({
    connection: native,
    namespace: namespace.name,
    taskQueue: taskQueues.orchestration,
    workflowsPath: fileURLToPath(new URL('../webhooks/support/workflows.ts', import.meta.url)),
    activities: createDeliveryActivities({ forge: forgeOf(github) }),
    interceptors: { activity: [() => ({ inbound: new FailureInterceptor() })] },
  });
  ended = worker.run();
  server = await keepServer(file);
}, 120_000);
afterAll(async () => {
  await server.stop();
  worker.shutdown();
  await ended;
  await native.close();
  await connection.close();
  await temporal.remove();
  file.remove();
});

it(`starts each distinct one once and loses none (seed ${seed})`, async () => {
  const random = chances(seed);
  const bodies = Array.from({ length: deliveries - repeats }, (_, index) => pushBody(index));
  const queue = [...shuffled([...bodies, ...bodies.slice(0, repeats)], random)];
  const sent = sendAll(queue, server);
  const killAround = async (count: number): Promise<void> => {
    await until(() => github.all.length >= count + random() * 50);
    await server.kill();
  };

  for (const count of kills.before) await killAround(count);
  await until(() => github.all.length >= kills.away);
  await temporal.kill();
  const back = delay(awayMs);
  for (let kill = 0; kill < kills.within; kill++) {
    await delay(random() * 1_000);
    await server.kill();
  }
  await until(() => github.all.some(({ statusCode }) => statusCode === 503));
  await back;
  await temporal.start();
  for (const count of kills.after) await killAround(count);
  await sent;
  expect(github.all.filter(({ redelivery }) => !redelivery)).toHaveLength(deliveries);
  const refused = new Set(github.all.filter(({ statusCode }) => statusCode > 299).map(({ guid }) => guid));
  const unheard = new Set(github.all.filter(({ statusCode }) => statusCode === 0).map(({ guid }) => guid));
  expect(refused.size).toBeGreaterThan(0);
  expect(unheard.size).toBeGreaterThan(0);

  await expect.poll(() => undelivered(github).length, { timeout: 120_000, interval: 250 }).toBe(0);
  await github.settled();
  // Each is known to Temporal at once; its list of all comes a little later.
  for (const body of bodies) await client.workflow.getHandle(triggerOf(body)).describe();
  await expect
    .poll(async () => (await startedTriggers(client)).length, { timeout: 60_000, interval: 500 })
    .toBeGreaterThanOrEqual(bodies.length);
  expect((await startedTriggers(client)).toSorted()).toEqual(bodies.map(triggerOf).toSorted());
}, 240_000);

/** As GitHub does it: each once, a few at a time, whatever comes of it. */
async function sendAll(queue: string[], { listens }: KeptServer): Promise<void> {
  const one = async (): Promise<void> => {
    for (let body = queue.pop(); body !== undefined; body = queue.pop()) {
      const { statusCode } = await github.deliver('push', body);
      if (statusCode === 0) await listens();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(5);
}

const pushBody = (serial: number): string =>
  JSON.stringify({
    ref: `refs/heads/branch-${serial}`,
    before: '0'.repeat(40),
    after: serial.toString(16).padStart(40, '0'),
    ...{ deleted: false, commits: [], head_commit: { message: `commit ${serial}` } },
    repository: { full_name: 'longhaul/flights' },
    sender: { login: 'ann' },
  });

/** Ids of all runs of triggers: one that was started twice is there twice. */
async function startedTriggers({ workflow }: Client): Promise<readonly string[]> {
  const ids: string[] = [];
  for await (const { workflowId } of workflow.list({ query: "WorkflowType = 'trigger'", pageSize: 1_000 }))
    ids.push(workflowId);
  return ids;
}

/** Newest tries of each delivery that failed. */
function undelivered({ all }: Deliveries) {
  const newest = new Map(all.map((delivery) => [delivery.guid, delivery]));
  return [...newest.values()].filter(({ statusCode }) => statusCode < 200 || statusCode > 299);
}

const forgeOf = (of: Deliveries) => ({
  failedDeliveries: (since: string) =>
    Promise.resolve(
      undelivered(of)
        .filter(({ deliveredAt }) => deliveredAt >= since)
        .map(({ id, guid, deliveredAt, statusCode }) => ({
          ...{ id: String(id), guid, deliveredAt, statusCode },
          status: 'failed',
        })),
    ),
  redeliver: (id: string) => {
    of.redeliver(id);
    return Promise.resolve();
  },
});

interface KeptServer {
  /** kill -9; it is started again. Resolves once it listens again. */
  readonly kill: () => Promise<void>;
  readonly listens: () => Promise<unknown>;
  readonly stop: () => Promise<void>;
}

async function keepServer({ serverFile }: FrontDoorFile): Promise<KeptServer> {
  const main = fileURLToPath(new URL('../webhooks/support/front-door-process.ts', import.meta.url));
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [main, serverFile], { stdio: ['ignore', 'pipe', 'ignore'] });
    await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    return child;
  };
  const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  let running = start();
  await running;
  return {
    kill: async () => {
      const killed = await running;
      running = end(killed, 'SIGKILL').then(start);
      await running;
    },
    listens: () => running,
    stop: async () => {
      await end(await running, 'SIGTERM');
    },
  };
}

/** Numbers from 0 to 1 that the seed decides. */
function chances(from: number): () => number {
  let state = from >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
