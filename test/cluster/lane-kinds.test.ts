/** A whole lane where no Istio splits the traffic: through the Gateway API, and by the replicas of a plain Service. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { awaitReady } from '../../activities/rollout/await-ready.ts';
import type { KubernetesEnvironment } from '../../config/cluster-config.ts';
import type { ArmSpec, TargetSnapshot } from '../../core/serving.ts';
import { createCluster } from '../../k8s/api/create-cluster.ts';
import type { Cluster } from '../../k8s/api/cluster.ts';
import type { ClusterTarget } from '../../k8s/target/cluster-target.ts';
import { awaitAnswers, load } from './support/answers.ts';
import { testCluster } from './support/cluster.ts';
import { makeNamespace } from './support/namespace.ts';
import type { TestNamespace } from './support/namespace.ts';
import {
  routeToService,
  smallArm,
  storeOfTests,
  targetLane as lane,
  targetWith,
} from './support/target-world.ts';

const { kubeconfig, context, gateway, gatewayApi, gatewayName } = testCluster();
const words = (version: string): string => `words of ${version}`;
const armOf = (version: string): ArmSpec => smallArm(version, { replicas: 2 });
const silent = (): undefined => undefined;

describe.each(['gateway', 'service'] as const)('kind %s', (kind) => {
  const door = kind === 'gateway' ? gatewayApi : gateway;
  let namespace: TestNamespace;
  let cluster: Cluster;
  let served: ClusterTarget;
  let host: Readonly<Record<string, string>>;
  let before: TargetSnapshot;

  beforeAll(async () => {
    namespace = await makeNamespace(`lane-${kind}`);
    cluster = createCluster({ kubeconfig, context, namespace: namespace.name });
    host = { host: `${namespace.name}.test` };
    const traffic: KubernetesEnvironment['traffic'] =
      kind === 'gateway' ? { kind, parent: gatewayName, hosts: Object.values(host) } : { kind };
    served = targetWith(cluster, storeOfTests(), { traffic, baseUrl: door });
    if (kind === 'service') await cluster.create(routeToService(cluster));
    await release(armOf('1'));
    await awaitAnswers(`${door}/health`, host, words('1'));
    before = await served.target.snapshot(lane);
  });

  afterAll(() => namespace.remove());

  const ready = (arm: ArmSpec) =>
    awaitReady(
      served.target,
      { lane, armId: arm.id, replicas: arm.replicas, timeoutMs: 60_000 },
      { tell: silent, cancelled: new AbortController().signal },
    );
  const deploy = async (arm: ArmSpec): Promise<void> => {
    await served.target.setCandidate(lane, arm);
    await ready(arm);
  };
  const release = async (arm: ArmSpec): Promise<void> => {
    await deploy(arm);
    await served.router.set(lane, 100);
    await served.target.promote(lane, arm.id, silent);
  };
  /** What users are answered while the work is done, and at the Service itself. */
  const during = async (work: () => Promise<unknown>, address = `${door}/health`) => {
    const users = load(address, host);
    await work();
    return users.stop();
  };
  const undo = async (): Promise<void> => {
    expect(await served.target.restoreTraffic(lane, before, silent)).toMatchObject({ verified: true });
    expect(await served.target.restore(lane, before, silent)).toMatchObject({ verified: true, residue: [] });
  };
  const asBefore = async (): Promise<void> => {
    expect((await served.target.snapshot(lane)).objects?.digest).toBe(before.objects?.digest);
  };

  test('a candidate without traffic is met by nobody, also at the Service itself', async () => {
    const service = await cluster.get({ apiVersion: 'v1', kind: 'Service', name: 'small' });
    const { clusterIP } = service?.['spec'] as { readonly clusterIP: string };
    const direct = load(`http://${clusterIP}/health`, {});
    expect(Object.keys(await during(() => deploy(armOf('2'))))).toEqual([words('1')]);
    expect(Object.keys(await direct.stop())).not.toContain(words('2'));
  });

  test('is split, undone with no request lost, and as it was to the last object', async () => {
    await served.router.set(lane, 50);
    await awaitAnswers(
      `${door}/health`,
      { ...host, ...(kind === 'gateway' ? { canary: 'true' } : {}) },
      words('2'),
      1,
    );
    const { [words('1')]: stable, [words('2')]: candidate, ...lost } = await during(undo);
    expect(lost).toEqual({});
    expect(stable).toBeGreaterThan(candidate ?? 0);
    await asBefore();
  });

  test('is released to with no request lost, and rolled back after that', async () => {
    const { [words('1')]: old, [words('3')]: next, ...lost } = await during(() => release(armOf('3')));
    expect(lost).toEqual({});
    expect([old, next].every((count = 0) => count > 10)).toBe(true);
    const { [words('3')]: _, [words('1')]: back, ...lostBack } = await during(undo);
    expect(lostBack).toEqual({});
    expect(back).toBeGreaterThan(10);
    await asBefore();
  });
});
