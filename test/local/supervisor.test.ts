import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { awaitObserved } from '../../local/await-observed.ts';
import { homePaths } from '../../local/home.ts';
import type { ObservedProcess } from '../../local/supervisor/observed-state.ts';
import { endLeftovers, endUnnoted, supervisedIn } from '../../local/supervisor/leftovers.ts';
import { nothingObserved } from '../../local/supervisor/observed-state.ts';
import { isFree } from '../../local/supervisor/ports.ts';
import { get } from '../../local/supervisor/probe.ts';
import { isRunning, startTimeOf, type ProcessIdentity } from '../../local/supervisor/process-identity.ts';
import { readObserved } from '../../local/supervisor/state-files.ts';
import { createEnvoyRouter } from '../../local/target/envoy-router.ts';
import { createLocalTarget } from '../../local/target/local-target.ts';
import { awaitReplicas } from '../../local/target/settle.ts';
import { startSupervisor, stopSupervisor, supervisorStatus } from '../../local/up.ts';
import { findTools } from '../../local/tools.ts';
import { createStack, preparedArm, production as lane, type TestStack } from './support/stack.ts';
import { createClient, shares } from './support/traffic.ts';

const running = async (stack: TestStack): Promise<readonly ProcessIdentity[]> =>
  (await readObserved(stack.home)).processes.flatMap(({ process }) => (process === null ? [] : [process]));

const ended = async (processes: readonly ProcessIdentity[]): Promise<boolean> =>
  (await Promise.all(processes.map(isRunning))).every((runs) => !runs);

describe('a supervisor that is killed', { timeout: 60_000 }, () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await createStack();
    await stack.up();
  });
  afterAll(() => stack.remove());

  it('is replaced by the next start: no leftovers, the same doors, all served as desired', async () => {
    const target = createLocalTarget(stack.home);
    const router = createEnvoyRouter(stack.home);
    const champion = await preparedArm(stack.home, { version: '1' });
    const candidate = await preparedArm(stack.home, { version: '2' });
    await target.setCandidate(lane, champion);
    await router.set(lane, 100);
    await target.promote(lane, champion.id, () => undefined);
    await target.setCandidate(lane, candidate);
    await router.set(lane, 50);
    const before = await running(stack);
    const killed = (await readObserved(stack.home)).supervisor;
    process.kill(killed?.pid ?? 0, 'SIGKILL');
    await expect.poll(async () => (await supervisorStatus(stack.home)).running).toBe(false);
    await expect(target.observe(lane)).rejects.toMatchObject({ type: 'Unreachable' });

    expect(await stack.up()).toEqual({ alreadyRunning: false });
    expect(await ended(before)).toBe(true);
    for (const arm of [champion, candidate])
      expect(await awaitReplicas(stack.home, lane, arm.id, 1, 20_000)).toBe(true);
    await awaitObserved(stack.home, 10_000, ({ routedRevision }) => (routedRevision > 0 ? true : null));
    expect(await router.get(lane)).toBe(50);
    const client = createClient(stack.baseUrl);
    const counted = await shares(client, 200);
    expect(Object.keys(counted).toSorted()).toEqual(['1', '2']);
    client.close();
  });

  it('is not started beside one that runs', async () => {
    const before = (await readObserved(stack.home)).supervisor;
    expect(await stack.up()).toEqual({ alreadyRunning: true });
    expect((await readObserved(stack.home)).supervisor).toEqual(before);
  });

  it('goes on serving when it cannot write its files, and makes up for it when it can', async () => {
    const before = await running(stack);
    const targets = join(stack.home.prometheus, 'targets.json');
    await rm(targets);
    await mkdir(targets);
    const arm = await preparedArm(stack.home, { version: '3' });
    await createLocalTarget(stack.home).setCandidate({ ...lane, environment: 'staging' }, arm);
    const log = join(stack.home.logs, 'supervisor.log');
    await expect.poll(() => readFile(log, 'utf8'), { timeout: 20_000 }).toContain('targets.json');
    expect(await ended(before.slice(0, 1))).toBe(false);
    await rm(targets, { recursive: true });
    expect(await awaitReplicas(stack.home, { ...lane, environment: 'staging' }, arm.id, 1, 20_000)).toBe(
      true,
    );
    expect(await Promise.all(before.map(isRunning))).not.toContain(false);
    await createLocalTarget(stack.home).setCandidate({ ...lane, environment: 'staging' }, null);
  });

  it('gives a server the secrets it names and nothing of its own surroundings', async () => {
    process.env['LONGHAUL_TEST_SECRET'] = 'open sesame';
    await stopSupervisor(stack.home);
    await stack.up();
    const arm = await preparedArm(stack.home, { version: '4', serve: { secrets: ['SECRET_WORD'] } });
    await createLocalTarget(stack.home).setCandidate({ ...lane, environment: 'staging' }, arm);
    const replica = await awaitObserved(
      stack.home,
      20_000,
      ({ processes }) =>
        processes.find((entry) => entry.replica?.armId === arm.id && entry.state === 'ready') ?? null,
    );
    expect((await get(replica?.port ?? 0, '/secret'))?.body).toBe('open sesame');
    const desired = await readFile(stack.home.desired, 'utf8');
    expect(desired).toContain('SECRET_WORD');
    expect(desired).not.toContain('open sesame');
  });

  it('blots the secrets out of the last lines of a server that crashed', async () => {
    const arm = await preparedArm(stack.home, {
      version: '5',
      serve: { secrets: ['SECRET_WORD'], run: 'echo "cannot log in with $SECRET_WORD"; exit 2' },
    });
    await createLocalTarget(stack.home).setCandidate(lane, null);
    await createLocalTarget(stack.home).setCandidate(lane, arm);
    const crashed = await awaitObserved(
      stack.home,
      20_000,
      ({ processes }) =>
        processes.find((entry) => entry.replica?.armId === arm.id && entry.crashesInARow > 0) ?? null,
    );
    expect(crashed?.problem).toBe('ended with code 2: cannot log in with ***');
    expect(crashed?.lastLines).toEqual(['cannot log in with ***']);
  });

  it('ends everything when it is stopped, and a second stop finds nothing', async () => {
    const before = await running(stack);
    expect(before.length).toBeGreaterThanOrEqual(4);
    expect(await stopSupervisor(stack.home)).toBe(true);
    expect(await ended(before)).toBe(true);
    expect(await stopSupervisor(stack.home)).toBe(false);
    expect(await isFree(stack.ports.envoyAdmin)).toBe(true);
  });
});

describe('a start that cannot succeed', { timeout: 60_000 }, () => {
  let stack: TestStack;
  beforeAll(async () => {
    stack = await createStack();
  });
  afterAll(() => stack.remove());

  it('names the taken port, what it is for and the key that moves it, and leaves nothing running', async () => {
    const squatter = createServer().listen(stack.ports.prometheus, '127.0.0.1');
    await once(squatter, 'listening');
    const start = stack.up();
    await expect(start).rejects.toThrow(`Port ${stack.ports.prometheus}, for Prometheus, is taken`);
    await expect(start).rejects.toThrow('local.ports.prometheus');
    squatter.close();
    await expect.poll(async () => (await supervisorStatus(stack.home)).running).toBe(false);
    expect(await running(stack)).toEqual([]);
  });

  it('tells why a server does not start, and ends the others', async () => {
    const tools = { ...findTools(), envoy: '/bin/false', prometheus: findTools().prometheus } as const;
    const { home, server } = stack;
    await expect(
      startSupervisor({ home, server, tools: { ...tools, servicesPython: '', temporal: '' } }),
    ).rejects.toThrow(/envoy does not start: ended with code 1/);
    expect(await isFree(stack.ports.prometheus)).toBe(true);
  });
});

describe('leftovers', () => {
  const children: number[] = [];
  afterEach(() => {
    for (const pid of children.splice(0)) {
      try {
        process.kill(-pid, 'SIGKILL');
      } catch {
        // Ended by the test, as it should.
      }
    }
  });

  const left = async (change: (startTime: string) => string): Promise<ObservedProcess> => {
    const child = spawn('/bin/sh', ['-c', 'sleep 60 & wait'], { detached: true, stdio: 'ignore' });
    await once(child, 'spawn');
    const pid = child.pid ?? 0;
    children.push(pid);
    const startTime = change((await startTimeOf(pid)) ?? '');
    return {
      key: 'left',
      process: { pid, startTime },
      port: 1,
      state: 'ready',
      restarts: 0,
      crashesInARow: 0,
      problem: null,
      lastLines: [],
      replica: null,
    };
  };

  it('are ended with their whole process group', async () => {
    const entry = await left((startTime) => startTime);
    expect(await endLeftovers({ ...nothingObserved, processes: [entry] })).toEqual(['left']);
    expect(await startTimeOf(entry.process?.pid ?? 0)).toBeNull();
  });

  it('are let alone when the number belongs to a process that started at another time', async () => {
    const entry = await left((startTime) => String(Number(startTime) - 1));
    expect(await endLeftovers({ ...nothingObserved, processes: [entry] })).toEqual([]);
    expect(await startTimeOf(entry.process?.pid ?? 0)).not.toBeNull();
  });

  it('are found by their mark when nobody had noted them, whatever group they lead', async () => {
    const home = homePaths(join(tmpdir(), 'longhaul-unnoted'));
    const env = { ...process.env, ...supervisedIn(home) };
    const unnoted = spawn('sleep', ['60'], { detached: true, stdio: 'ignore', env });
    const other = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    try {
      await Promise.all([once(unnoted, 'spawn'), once(other, 'spawn')]);
      expect(await endUnnoted(home)).toBe(0);
      expect(await startTimeOf(unnoted.pid ?? 0)).toBeNull();
      expect(await startTimeOf(other.pid ?? 0)).not.toBeNull();
    } finally {
      other.kill('SIGKILL');
    }
  });
});
