import { describe, expect, it } from 'vitest';
import { otherWriter } from '../support/other-writer.ts';
import { deploymentsOf } from './support/deployments.ts';
import { expectAsBefore } from './support/expectations.ts';
import { startGitOps } from './support/git-ops.ts';
import type { Lane } from './support/lane.ts';
import { hasFailed, startLoad } from './support/load.ts';
import { quickServer } from './support/serve-specs.ts';
import { tell } from './support/tell.ts';
import { emptyImageRegistry } from './support/user-objects.ts';
import { readVirtualService } from './support/weights.ts';

export function troubles(laneOf: () => Lane): void {
  describe('what goes wrong on the way', () => {
    it('an image that does not exist fails the release within seconds, told by its name; users notice nothing', async () => {
      const lane = laneOf();
      const image = `${await emptyImageRegistry(lane.namespace)}/flights:9`;
      const champion = await lane.champion();
      const before = (await deploymentsOf(lane))['stable']?.deployment;
      const users = startLoad(lane.users, 20);
      const began = Date.now();
      const release = await lane.release({ serve: quickServer(image) });
      const record = await release.ended();
      tell(`the absent image was told after ${((Date.now() - began) / 1000).toFixed(1)} s`);

      expect(record.outcome).toMatchObject({ kind: 'rolledBack' });
      expect(JSON.stringify(record.outcome)).toContain(`image ${image} does not exist`);
      expect(record.residue).toEqual([]);
      expect((await users.stop()).filter(hasFailed)).toEqual([]);
      const after = (await deploymentsOf(lane))['stable']?.deployment;
      expect(after?.metadata?.generation).toBe(before?.metadata?.generation);
      await expectAsBefore(lane, champion);
    });

    it('a weight that a person sets in mid-canary is told, not overwritten by the canary, and undone', async () => {
      const lane = laneOf();
      const champion = await lane.champion();
      const users = startLoad(lane.users, 60);
      const release = await lane.release();
      const { at } = await lane.weights.until(25, Date.now());
      const person = otherWriter(lane.namespace, 'kubectl-edit');
      const route = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', name: lane.service };
      const found = await readVirtualService(lane.namespace, lane.service);
      const other = {
        name: 'status',
        match: [{ uri: { prefix: '/status' } }],
        directResponse: { status: 204 },
      };
      await person(route, { spec: { http: [other, ...withWeight(found.spec?.http ?? [], 40)] } });
      const record = await release.ended();
      const answers = await users.stop();

      expect(record.outcome).toMatchObject({ kind: 'rolledBack' });
      expect(JSON.stringify(record.outcome)).toMatch(
        /Longhaul had set 25 %.*the candidate 40 %.*kubectl-edit/,
      );
      expect(record.residue).toEqual([
        expect.stringMatching(/^VirtualService .*is kept; its weights alone are put back/),
      ]);
      expect(record.compensations.filter(({ verified }) => !verified)).toEqual([]);
      expect(answers.filter(hasFailed)).toEqual([]);
      const weights = lane.weights.seen.filter((seen) => seen.at >= at).map(({ weight }) => weight);
      expect(weights).toEqual([25, 40, 0]);
      const { spec } = await readVirtualService(lane.namespace, lane.service);
      expect(spec?.http?.[0]).toMatchObject(other);
      await expectAsBefore(lane, champion);
    });

    it('a controller that keeps the route as in Git is named with what it needs, and has its way', async () => {
      const lane = laneOf();
      const champion = await lane.champion();
      const gitOps = await startGitOps(lane);
      try {
        const users = startLoad(lane.users, 60);
        const record = await (await lane.release()).ended();
        const answers = await users.stop();
        tell(`told of the controller: ${JSON.stringify(record.outcome)}`);
        expect(record.outcome).toMatchObject({ kind: 'rolledBack' });
        expect(JSON.stringify(record.outcome)).toMatch(/argocd-controller.*ignoreDifferences/s);
        expect(gitOps.reverted()).toBeGreaterThan(0);
        expect(answers.filter(hasFailed)).toEqual([]);
      } finally {
        gitOps.stop();
      }
      await expectAsBefore(lane, champion);
    });
  });
}

type Rules = NonNullable<NonNullable<Awaited<ReturnType<typeof readVirtualService>>['spec']>['http']>;

/** The rules with another weight of the candidate in those that split. */
const withWeight = (rules: Rules, weight: number): readonly object[] =>
  rules.map((rule) =>
    (rule.route?.length ?? 0) < 2
      ? rule
      : {
          ...rule,
          route: rule.route?.map((to) => ({
            ...to,
            weight: to.destination.subset === 'candidate' ? weight : 100 - weight,
          })),
        },
  );
