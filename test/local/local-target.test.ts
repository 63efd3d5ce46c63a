import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeploymentTarget, TrafficRouter } from '../../core/ports/deployment-target.ts';
import type { ArmSpec, TargetSnapshot } from '../../core/serving.ts';
import { awaitObserved } from '../../local/await-observed.ts';
import { readRoutes } from '../../local/envoy/admin.ts';
import { get } from '../../local/supervisor/probe.ts';
import { readDesired, readObserved } from '../../local/supervisor/state-files.ts';
import { createEnvoyRouter } from '../../local/target/envoy-router.ts';
import { createLocalTarget } from '../../local/target/local-target.ts';
import { awaitReplicas } from '../../local/target/settle.ts';
import { createStack, preparedArm, production as lane, type TestStack } from './support/stack.ts';
import { constantLoad, createClient, shares } from './support/traffic.ts';

let stack: TestStack;
let target: DeploymentTarget;
let router: TrafficRouter;
let champion: ArmSpec;
let candidate: ArmSpec;

const nobody = (): void => undefined;
const ready = async (arm: ArmSpec, replicas = arm.replicas): Promise<void> => {
  expect(await awaitReplicas(stack.home, lane, arm.id, replicas, 20_000)).toBe(true);
};
const processOf = async (arm: ArmSpec) => {
  const { processes } = await readObserved(stack.home);
  return processes.find(({ replica }) => replica?.armId === arm.id);
};

/** One story of a lane, in order: first version, canary, promotion, undo. */
describe('a lane on this machine', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    stack = await createStack();
    target = createLocalTarget(stack.home);
    router = createEnvoyRouter(stack.home);
    await stack.up();
    champion = await preparedArm(stack.home, { version: '1', replicas: 2 });
    candidate = await preparedArm(stack.home, { version: '2' });
  });
  afterAll(() => stack.remove());

  it('answers 503 where nothing is served yet, and gives an unproven first arm no traffic', async () => {
    await target.setCandidate(lane, champion);
    await ready(champion);
    await router.set(lane, 0);
    const client = createClient(stack.baseUrl);
    const answer = await client.get('/predict');
    expect(answer.status).toBe(503);
    expect(answer.body).toContain('flight-delay');
    expect((await client.get('/predict', { canary: 'true' })).version).toBe('1');
    client.close();
  });

  it('takes the first arm straight to all of the traffic, and refuses a share without a champion', async () => {
    await expect(router.set(lane, 20)).rejects.toMatchObject({ type: 'Rejected' });
    await router.set(lane, 100);
    await target.promote(lane, champion.id, () => undefined);
    const status = await target.observe(lane);
    expect(status.arms).toMatchObject([{ track: 'stable', version: '1', ready: 2 }]);
    expect(status.baseUrl).toBe(stack.baseUrl);
  });

  it('splits keep-alive traffic by the weight, and follows the header to the candidate alone', async () => {
    await target.setCandidate(lane, candidate);
    await ready(candidate);
    await router.set(lane, 20);
    expect(await router.get(lane)).toBe(20);
    const client = createClient(stack.baseUrl);
    const counted = await shares(client, 2_000);
    expect((counted['1'] ?? 0) + (counted['2'] ?? 0)).toBe(2_000);
    expect(Math.abs((counted['2'] ?? 0) / 2_000 - 0.2)).toBeLessThan(0.04);
    expect(await shares(client, 200, { canary: 'true' })).toEqual({ '2': 200 });
    client.close();
  });

  it('sends nobody to the candidate at weight 0, and everybody at 100', async () => {
    const client = createClient(stack.baseUrl);
    await router.set(lane, 0);
    expect(await shares(client, 200)).toEqual({ '1': 200 });
    await router.set(lane, 100);
    expect(await shares(client, 200)).toEqual({ '2': 200 });
    await router.set(lane, 20);
    client.close();
  });

  it('refuses the candidate of another release while one is there', async () => {
    const other = await preparedArm(stack.home, { version: '9', release: 'release/flight-delay/other-1' });
    await expect(target.setCandidate(lane, other)).rejects.toMatchObject({ type: 'Conflict' });
    expect((await readDesired(stack.home))?.lanes['flight-delay.production']?.candidate?.id).toBe(
      candidate.id,
    );
  });

  it('changes nothing when a call is made a second time', async () => {
    const before = (await readDesired(stack.home))?.revision;
    await target.setCandidate(lane, candidate);
    await target.scale(lane, 'stable', 2);
    await router.set(lane, 20);
    expect((await readDesired(stack.home))?.revision).toBe(before);
  });

  it('lets Prometheus scrape every replica of both arms under their labels', async () => {
    const wanted = JSON.stringify(['1 stable 0', '1 stable 1', '2 candidate 0']);
    await expect
      .poll(
        async () => {
          const answer = await get(stack.ports.prometheus, '/api/v1/query?query=model_requests_total');
          const { data } = JSON.parse(answer?.body ?? '{"data":{"result":[]}}') as {
            data: { result: readonly { metric: Readonly<Record<string, string>> }[] };
          };
          const series = data.result.map(
            ({ metric }) => `${metric['version']} ${metric['track']} ${metric['replica']}`,
          );
          return JSON.stringify(series.toSorted());
        },
        { timeout: 20_000, interval: 500 },
      )
      .toBe(wanted);
  });

  it('starts a crashed replica again, and counts it', async () => {
    const crashed = await processOf(candidate);
    await get(crashed?.port ?? 0, '/crash');
    const again = await awaitObserved(stack.home, 20_000, ({ processes }) => {
      const now = processes.find(({ replica }) => replica?.armId === candidate.id);
      return now?.state === 'ready' && now.process?.pid !== crashed?.process?.pid ? now : null;
    });
    expect(again).toMatchObject({ restarts: 1, problem: null });
    expect((await target.observe(lane)).arms.find(({ track }) => track === 'candidate')).toMatchObject({
      restarts: 1,
      ready: 1,
    });
  });

  let before: TargetSnapshot;

  it('promotes without touching the process or losing a request, and ends the old arm', async () => {
    before = { ...(await target.snapshot(lane)), candidate: null, candidateWeight: 0 };
    const kept = await processOf(candidate);
    const load = constantLoad(stack.baseUrl);
    await router.set(lane, 50);
    await router.set(lane, 100);
    await target.promote(lane, candidate.id, () => undefined);
    await target.promote(lane, candidate.id, () => undefined);
    const { answered, failed } = await load.stop();
    expect(failed).toEqual([]);
    expect(answered).toBeGreaterThan(50);
    expect((await processOf(candidate))?.process).toEqual(kept?.process);
    expect(await processOf(champion)).toBeUndefined();
    expect((await target.observe(lane)).arms.map(({ version }) => version)).toEqual(['2']);
  });

  it('puts the old champion back without losing a request, and a second time changes nothing', async () => {
    const load = constantLoad(stack.baseUrl);
    const traffic = await target.restoreTraffic(lane, before, nobody);
    expect(traffic).toMatchObject({ verified: true, residue: [] });
    expect((await target.observe(lane)).arms.map(({ version }) => version)).toEqual(['1', '2']);
    const report = await target.restore(lane, before, nobody);
    const { answered, failed } = await load.stop();
    expect(failed).toEqual([]);
    expect(answered).toBeGreaterThan(50);
    expect(report).toMatchObject({ verified: true, residue: [] });
    const revision = (await readDesired(stack.home))?.revision;
    expect(await target.restore(lane, before, nobody)).toEqual(report);
    expect((await readDesired(stack.home))?.revision).toBe(revision);
    expect((await target.snapshot(lane)).stable?.id).toBe(champion.id);
    const client = createClient(stack.baseUrl);
    expect(await shares(client, 100)).toEqual({ '1': 100 });
    client.close();
  });

  it('leaves users with the newer version when the old one cannot come back, and says so', async () => {
    const broken = await preparedArm(stack.home, {
      version: '3',
      serve: { env: { FAIL_WITH: 'out of order' }, startTimeoutMs: 500 },
    });
    const report = await target.restore(lane, { ...before, stable: broken }, nobody);
    expect(report.verified).toBe(false);
    expect(report.residue.join()).toContain(broken.id);
    const client = createClient(stack.baseUrl);
    expect(await shares(client, 50)).toEqual({ '1': 50 });
    client.close();
    expect((await target.restore(lane, before, nobody)).verified).toBe(true);
  });

  it('takes everything down when there was nothing before', async () => {
    const empty: TargetSnapshot = { ...before, stable: null };
    expect(await target.restore(lane, empty, nobody)).toMatchObject({ verified: true });
    expect((await readRoutes(stack.ports.envoyAdmin)).get('flight-delay.production')?.weights.size).toBe(0);
    expect((await readObserved(stack.home)).processes.filter(({ replica }) => replica !== null)).toEqual([]);
  });
});
