import { describe, expect, it } from 'vitest';
import { testCluster } from '../support/cluster.ts';
import { expectAsBefore } from './support/expectations.ts';
import type { Lane } from './support/lane.ts';
import { hasFailed, startLoad } from './support/load.ts';
import { quickServer } from './support/serve-specs.ts';
import { tell } from './support/tell.ts';

/** Watched closely, for long enough that it is the watch that ends it. */
const weight = 25;

export function badCandidates(laneOf: () => Lane): void {
  describe('a candidate whose answers fail', () => {
    it('is stopped by the watch and undone within seconds; no user meets it again', async () => {
      const lane = laneOf();
      const champion = await lane.champion();
      const began = Date.now();
      const users = startLoad(lane.users, 80);
      const release = await lane.release({
        serve: quickServer(testCluster().flightsImage, 0.5),
        canary: { ...lane.usual.canary, weights: [weight, 100], durationMs: 60_000 },
      });
      const { at: from } = await lane.weights.until(weight, began);
      const record = await release.ended();
      const ended = Date.now();
      const answers = await users.stop();

      expect(record.outcome?.kind).toBe('rolledBack');
      expect(record.residue).toEqual([]);
      const proof = lane.looks.findLast(({ look }) => look.action === 'rollBack');
      if (proof === undefined) throw new Error(`No look failed: ${JSON.stringify(record.outcome)}`);
      const { candidateVersion } = record;
      const fromCandidate = answers.filter(({ version }) => version === candidateVersion);
      const last = Math.max(...fromCandidate.map(({ at }) => at));
      const during = answers.filter(({ sentAt }) => sentAt >= from && sentAt <= last);
      const failed = answers.filter(hasFailed);
      tell(
        `from the failing look to the candidate’s last answer: ${((last - proof.at) / 1000).toFixed(2)} s; ` +
          `${failed.length} of ${during.length} requests failed meanwhile, all the candidate’s; whole undo ${((ended - proof.at) / 1000).toFixed(1)} s`,
      );
      expect(last - proof.at).toBeLessThan(3_000);
      expect(failed.length).toBeGreaterThan(0);
      expect(failed.filter(({ version }) => version !== candidateVersion)).toEqual([]);
      // Its share of the requests is its weight, but for chance (four standard deviations).
      const share =
        (100 * during.filter(({ version }) => version === candidateVersion).length) / during.length;
      expect(share).toBeLessThanOrEqual(weight + 4 * Math.sqrt((weight * (100 - weight)) / during.length));
      expect(answers.filter(({ sentAt }) => sentAt > last).filter(hasFailed)).toEqual([]);

      await expectAsBefore(lane, champion);
    });
  });
}
