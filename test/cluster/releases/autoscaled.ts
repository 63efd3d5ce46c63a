import { AutoscalingV2Api } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReleaseRecord } from '../../../core/release.ts';
import { kubeConfigOf, testCluster } from '../support/cluster.ts';
import { deploymentsOf } from './support/deployments.ts';
import type { DeploymentSeen } from './support/deployments.ts';
import { openLane } from './support/lane.ts';
import type { Lane } from './support/lane.ts';
import { hasFailed, startLoad } from './support/load.ts';
import { rollBack } from './support/releases.ts';
import { smallDeployment } from './support/serve-specs.ts';
import type { Given } from './support/servers.ts';

const deployment = { ...smallDeployment, autoscaling: { min: 2, max: 4, cpu: 70 } };

export function autoscaled(given: () => Given): void {
  describe('an environment whose replicas follow the load', () => {
    let lane: Lane;
    let released: ReleaseRecord;
    beforeAll(async () => {
      lane = await openLane(given(), {
        purpose: 'scaled',
        change: { production: { name: 'production', replicas: 2, overlay: {}, deployment } },
      });
      expect((await lane.firstRelease()).outcome).toEqual({ kind: 'released' });
    });
    afterAll(() => lane.close());

    it('is released to with its autoscaler in charge, and no request lost', async () => {
      const users = startLoad(lane.users, 60);
      const record = await (
        await lane.release({ canary: { ...lane.usual.canary, weights: [50, 100] } })
      ).ended();
      const answers = await users.stop();

      expect(record.outcome).toEqual({ kind: 'released' });
      expect(answers.filter(hasFailed)).toEqual([]);
      await expectAutoscaled(lane);
      const { stable, ...others } = await deploymentsOf(lane);
      expect(Object.keys(others)).toEqual([]);
      expect(stable).toMatchObject({ version: record.candidateVersion, ready: 2 });
      expect(replicasApplied(stable)).toBe(false);
      released = record;
    });

    it('is undone to its autoscaler and the version before, with no request lost', async () => {
      const users = startLoad(lane.users, 60);
      const record = await rollBack(lane.servers.env.client, released.id);
      const answers = await users.stop();

      expect(record.outcome?.kind).toBe('rolledBack');
      expect(record.residue).toEqual([]);
      expect(answers.filter(hasFailed)).toEqual([]);
      expect(answers.at(-1)?.version).toBe(released.championVersion);
      await expectAutoscaled(lane);
      const { stable, ...others } = await deploymentsOf(lane);
      expect(Object.keys(others)).toEqual([]);
      expect(stable).toMatchObject({ version: released.championVersion, ready: 2 });
    });
  });
}

/** The stable Deployment has an autoscaler of its own limits, and nothing else has one. */
async function expectAutoscaled(lane: Lane): Promise<void> {
  const api = kubeConfigOf(testCluster()).makeApiClient(AutoscalingV2Api);
  const { items } = await api.listNamespacedHorizontalPodAutoscaler({ namespace: lane.namespace });
  expect(items.map(({ spec }) => [spec.scaleTargetRef.name, spec.minReplicas, spec.maxReplicas])).toEqual([
    [lane.service, 2, 4],
  ]);
}

/** Whether Longhaul says how many replicas there are. */
const replicasApplied = (seen: DeploymentSeen | undefined): boolean =>
  (seen?.deployment.metadata?.managedFields ?? [])
    .filter(({ manager, operation }) => manager === 'longhaul' && operation === 'Apply')
    .some((fields) => JSON.stringify(fields).includes('f:replicas'));
