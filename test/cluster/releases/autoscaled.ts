import { AutoscalingV2Api } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubeConfigOf, testCluster } from '../support/cluster.ts';
import { deploymentsOf } from './support/deployments.ts';
import { openLane } from './support/lane.ts';
import type { Lane } from './support/lane.ts';
import { hasFailed, startLoad } from './support/load.ts';
import { smallDeployment } from './support/serve-specs.ts';
import type { Given } from './support/servers.ts';

const deployment = { ...smallDeployment, autoscaling: { min: 2, max: 4, cpu: 70 } };

export function autoscaled(given: () => Given): void {
  describe('an environment whose replicas follow the load', () => {
    let lane: Lane;
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
      const api = kubeConfigOf(testCluster()).makeApiClient(AutoscalingV2Api);
      const { items } = await api.listNamespacedHorizontalPodAutoscaler({ namespace: lane.namespace });
      expect(items.map(({ spec }) => [spec.scaleTargetRef.name, spec.minReplicas, spec.maxReplicas])).toEqual(
        [[lane.service, 2, 4]],
      );
      const { stable, ...others } = await deploymentsOf(lane);
      expect(Object.keys(others)).toEqual([]);
      expect(stable).toMatchObject({ version: record.candidateVersion, ready: 2 });
      const applied = (stable?.deployment.metadata?.managedFields ?? []).filter(
        ({ manager, operation }) => manager === 'longhaul' && operation === 'Apply',
      );
      expect(JSON.stringify(applied)).not.toContain('f:replicas');
    });
  });
}
