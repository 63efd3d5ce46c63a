import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RolloutActivities } from '../../../activities/contracts.ts';
import { armId } from '../../../config/arm-id.ts';
import { createRolloutActivities } from '../../../activities/rollout/index.ts';
import { prepareArm, type ArmSources } from '../../../activities/rollout/prepare-arm.ts';
import { createArtifactStore } from '../../../activities/store/index.ts';
import { createCheckouts } from '../../../activities/workspace/checkouts.ts';
import { createMirrors } from '../../../activities/workspace/mirrors.ts';
import { LonghaulError } from '../../../core/errors.ts';
import type { ArmSpec } from '../../../core/serving.ts';
import { armCode } from '../../../local/prepared-arm.ts';
import { readObserved } from '../../../local/supervisor/state-files.ts';
import { get } from '../../../local/supervisor/probe.ts';
import { createEnvoyRouter } from '../../../local/target/envoy-router.ts';
import { createLocalTarget } from '../../../local/target/local-target.ts';
import {
  armOf,
  createStack,
  modelServer,
  production as lane,
  type TestStack,
} from '../../local/support/stack.ts';
import { createRepository } from '../workspace/repository.ts';

const noPython = (): Promise<never> => Promise.reject(new Error('this server needs no Python'));

let stack: TestStack;
let activities: RolloutActivities;
let commit: string;
let downloads = 0;
let registryIsAway = false;

/** The arm as a workflow asks for it, at the commit of the test's repository. */
async function plan(wish: Parameters<typeof armOf>[0]): Promise<ArmSpec> {
  const { id: _id, ...arm } = { ...armOf(wish), commit };
  return activities.planArm(arm);
}

const inActivity = <T>(work: () => Promise<T>): Promise<T> => new MockActivityEnvironment().run(work);
const deploy = (arm: ArmSpec): Promise<void> => inActivity(() => activities.deployCandidate({ lane, arm }));
const awaitReady = (arm: ArmSpec, timeoutMs = 20_000) =>
  inActivity(() => activities.awaitReady({ lane, armId: arm.id, replicas: arm.replicas, timeoutMs }));

describe('a rollout on the local target', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    stack = await createStack();
    await stack.up();
    const repository = createRepository(join(stack.home.root, 'origin'));
    commit = repository.commit({ 'model-server.ts': await readFile(modelServer, 'utf8') });
    const projects = { 'longhaul/flights': { url: repository.url } };
    const sources: ArmSources = {
      home: stack.home,
      checkouts: createCheckouts(
        createMirrors({
          folder: stack.home.mirrors,
          projects: () => projects,
          store: createArtifactStore({ home: stack.home }),
        }),
      ),
      pythonEnvironments: { lock: noPython, ensure: noPython, install: noPython },
      registry: {
        download: async ({ version }, folder) => {
          await mkdir(folder, { recursive: true });
          if (registryIsAway) throw new LonghaulError('Unreachable', 'The registry is away.');
          downloads += 1;
          await writeFile(join(folder, 'model.txt'), version);
        },
      },
    };
    const made = createRolloutActivities({
      caches: { lend: (work) => work() },
      targetOf: () => ({
        prepare: (arm, tell) => prepareArm(sources, arm, tell),
        target: createLocalTarget(stack.home),
        router: createEnvoyRouter(stack.home),
      }),
    });
    activities = {
      ...made,
      snapshot: (of) => inActivity(() => made.snapshot(of)),
      observe: (of) => inActivity(() => made.observe(of)),
      scaleCandidate: (input) => inActivity(() => made.scaleCandidate(input)),
      setWeight: (input) => inActivity(() => made.setWeight(input)),
    };
  });
  afterAll(() => stack.remove());

  it('brings code and model to the machine, again after an attempt that broke off, and serves them', async () => {
    const arm = await plan({ version: '1' });
    registryIsAway = true;
    await expect(deploy(arm)).rejects.toMatchObject({ type: 'Unreachable' });
    expect((await activities.snapshot(lane)).candidate).toBeNull();
    registryIsAway = false;
    await deploy(arm);
    await deploy(arm);
    expect(downloads).toBe(1);
    const status = await awaitReady(arm);
    expect(status.arms).toMatchObject([{ track: 'candidate', version: '1', ready: 1, restarts: 0 }]);
    const { processes } = await readObserved(stack.home);
    const port = processes.find(({ replica }) => replica?.armId === arm.id)?.port ?? 0;
    const folder = (await get(port, '/model'))?.body ?? '';
    expect(await readFile(join(folder, 'model.txt'), 'utf8')).toBe('1');
  });

  it('takes it to production, and undoes a second one in two verified steps', async () => {
    const first = await plan({ version: '1' });
    await activities.setWeight({ lane, candidateWeight: 100 });
    const { id } = (await activities.snapshot(lane)).candidate ?? first;
    await inActivity(() => activities.promote({ lane, armId: id }));
    const before = await activities.snapshot(lane);

    const second = await plan({ version: '2' });
    await deploy(second);
    await awaitReady(second);
    await activities.scaleCandidate({ lane, armId: second.id, replicas: 2 });
    await awaitReady({ ...second, replicas: 2 });
    await deploy(second);
    expect((await activities.setWeight({ lane, candidateWeight: 30 })).candidateWeight).toBe(30);
    expect((await activities.observe(lane)).arms).toMatchObject([{ ready: 1 }, { ready: 2, desired: 2 }]);

    const traffic = await inActivity(() => activities.restoreTraffic(before));
    expect(traffic).toMatchObject({ verified: true });
    expect((await activities.observe(lane)).candidateWeight).toBe(0);
    const restored = await inActivity(() => activities.restoreTarget(before));
    expect(restored).toMatchObject({ verified: true, residue: [] });
    expect((await activities.observe(lane)).arms.map((arm) => arm.id)).toEqual([id]);
  });

  it('undoes a finished release although the files of the old arm were cleaned away', async () => {
    const before = await activities.snapshot(lane);
    const third = await plan({ version: '3' });
    await deploy(third);
    await activities.setWeight({ lane, candidateWeight: 100 });
    await inActivity(() => activities.promote({ lane, armId: third.id }));
    await rm(armCode(stack.home, before.stable?.id ?? ''), { recursive: true });
    await rm(stack.home.models, { recursive: true });
    expect(await inActivity(() => activities.restoreTraffic(before))).toMatchObject({ verified: true });
    expect(await inActivity(() => activities.restoreTarget(before))).toMatchObject({ verified: true });
    expect((await activities.observe(lane)).arms.map(({ version }) => version)).toEqual(['1']);
  });

  it('tells why a server does not start, long before the deadline', async () => {
    const broken = await plan({
      version: '5',
      serve: { env: { FAIL_WITH: "ModuleNotFoundError: No module named 'sklearn'" } },
    });
    await deploy(broken);
    const waiting = awaitReady(broken, 300_000);
    await expect(waiting).rejects.toMatchObject({ type: 'NotReady' });
    await expect(waiting).rejects.toThrow('the module sklearn is missing');
    await createLocalTarget(stack.home).setCandidate(lane, null);
  });

  it('does not take a server that serves another version for the candidate', async () => {
    const stubborn = await plan({
      version: '6',
      serve: { run: `MODEL_VERSION=1 exec '${process.execPath}' model-server.ts` },
    });
    await deploy(stubborn);
    await expect(awaitReady(stubborn, 1_500)).rejects.toThrow('it serves version 1 instead of 6');
    await createLocalTarget(stack.home).setCandidate(lane, null);
  });

  it('stops waiting when it is cancelled', async () => {
    const slow = await plan({ version: '7', serve: { run: 'exec sleep 60' } });
    await deploy(slow);
    const environment = new MockActivityEnvironment();
    const waiting = environment.run(() =>
      activities.awaitReady({ lane, armId: slow.id, replicas: 1, timeoutMs: 60_000 }),
    );
    environment.once('heartbeat', () => {
      environment.cancel();
    });
    await expect(waiting).rejects.toThrow('CANCELLED');
    await createLocalTarget(stack.home).setCandidate(lane, null);
  });

  it('refuses an environment that this machine does not have', async () => {
    const nowhere = { model: 'flight-delay', environment: 'moon' };
    await expect(activities.snapshot(nowhere)).rejects.toMatchObject({ type: 'NotPermitted' });
  });
});

describe('the id of an arm', () => {
  it('is the same for the same arm in any order and number, and differs with anything else', () => {
    const { id: _id, ...arm } = armOf({ version: '3' });
    const reordered = Object.fromEntries(Object.entries(arm).reverse()) as typeof arm;
    expect(armId(reordered)).toBe(armId(arm));
    expect(armId({ ...arm, replicas: 9 })).toBe(armId(arm));
    expect(armId({ ...arm, overlay: { LONGHAUL_CONFIG_BATCH: '8' } })).not.toBe(armId(arm));
    expect(armId({ ...arm, model: 'a/b c', version: '3' })).toMatch(/^a-b-c-v3-[0-9a-f]{8}$/);
  });
});
