import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploymentsOf } from './support/deployments.ts';
import { openLane } from './support/lane.ts';
import type { Lane } from './support/lane.ts';
import { hasFailed, startLoad } from './support/load.ts';
import { routeTo } from './support/user-objects.ts';
import type { Given } from './support/servers.ts';

export function coloursInTurn(given: () => Given): void {
  describe('blue-green', () => {
    let lane: Lane;
    beforeAll(async () => {
      lane = await openLane(given(), {
        purpose: 'colours',
        traffic: { kind: 'service' },
        change: { blueGreen: { keepOldMs: 3_000 } },
      });
      await routeTo(lane.namespace, lane.service);
      expect((await lane.firstRelease()).outcome).toEqual({ kind: 'released' });
    });
    afterAll(() => lane.close());

    it('switches to the other colour with no request lost, and keeps the old one for its delay', async () => {
      const old = await lane.champion();
      const users = startLoad(lane.users, 80);
      const release = await lane.release();
      await release.when('the switch', ({ phase }) => phase === 'stabilizing');
      const warm = await deploymentsOf(lane);
      const record = await release.ended();
      const answers = await users.stop();

      expect(record.outcome).toEqual({ kind: 'released' });
      expect(answers.filter(hasFailed)).toEqual([]);
      expect(answers[0]?.version).toBe(old);
      expect(answers.at(-1)?.version).toBe(record.candidateVersion);
      expect(byVersion(warm)).toEqual({ [String(old)]: 2, [String(record.candidateVersion)]: 2 });
      expect(byVersion(await deploymentsOf(lane))).toEqual({
        [String(old)]: 0,
        [String(record.candidateVersion)]: 2,
      });
    });

    it('switches back at a person’s word with no request lost', async () => {
      const champion = await lane.champion();
      const users = startLoad(lane.users, 80);
      const release = await lane.release({ blueGreen: { keepOldMs: 60_000 } });
      const { candidateVersion } = await release.when('the switch', ({ phase }) => phase === 'stabilizing');
      await users.until(({ version }) => version === candidateVersion);
      await release.say('abort', 'the answers look odd');
      const record = await release.ended();
      const answers = await users.stop();

      expect(record.outcome?.kind).toBe('rolledBack');
      expect(record.residue).toEqual([]);
      expect(answers.filter(hasFailed)).toEqual([]);
      expect(answers.at(-1)?.version).toBe(champion);
      expect(await lane.champion()).toBe(champion);
      const { [String(champion)]: stable, ...others } = byVersion(await deploymentsOf(lane));
      expect(stable).toBe(2);
      expect(Object.values(others).filter((replicas) => replicas > 0)).toEqual([]);
    });
  });
}

const byVersion = (
  deployments: Awaited<ReturnType<typeof deploymentsOf>>,
): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.values(deployments).map(({ version, replicas }) => [version, replicas]));
