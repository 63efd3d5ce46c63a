import { describe, expect, it } from 'vitest';
import type { Lane } from './support/lane.ts';
import { hasFailed, sendRequests, shareOf, startLoad } from './support/load.ts';
import { objectsOf } from './support/deployments.ts';
import { expectReleased } from './support/expectations.ts';
import { rollBack } from './support/releases.ts';
import { tell } from './support/tell.ts';

export function canaries(laneOf: () => Lane): void {
  describe('a canary', () => {
    let released: string;

    it('gets 5, 25, 50 and 100 percent of the requests, and takes over with none lost', async () => {
      const lane = laneOf();
      const began = Date.now();
      const known = lane.weights.seen.length;
      const users = startLoad(lane.users, 60);
      const release = await lane.release();
      const shares: number[] = [];
      for (const weight of [5, 25, 50]) {
        await lane.weights.until(weight, began);
        await release.say('pause');
        const { candidateVersion = '' } = await release.status();
        shares.push(await observedShare(lane, candidateVersion, weight));
        await release.say('resume');
      }
      await lane.weights.until(100, began);
      const { candidateVersion = '' } = await release.status();
      await untilAllAreFrom(lane, candidateVersion);
      shares.push(await observedShare(lane, candidateVersion, 100));
      const record = await release.ended();
      released = record.id;
      const answers = await users.stop();

      tell(`observed split: ${shares.map((share) => share.toFixed(1)).join(', ')} %`);
      expect(record.outcome).toEqual({ kind: 'released' });
      expect(answers.filter(hasFailed)).toEqual([]);
      expect(lane.weights.seen.slice(known).map(({ weight }) => weight)).toEqual([5, 25, 50, 100, 0]);
      await expectReleased(lane, record.candidateVersion);
    });

    it('is undone by a person’s word after its end, with no request lost; once more changes nothing', async () => {
      const lane = laneOf();
      const users = startLoad(lane.users, 60);
      const record = await rollBack(lane.servers.env.client, released);
      const answers = await users.stop();

      expect(record.outcome?.kind).toBe('rolledBack');
      expect(record.residue).toEqual([]);
      expect(answers.filter(hasFailed)).toEqual([]);
      expect(answers.at(-1)?.version).toBe(record.championVersion);
      expect(await lane.champion()).toBe(record.championVersion);

      const production = record.snapshots.at(-1);
      if (production === undefined) throw new Error('The record has a snapshot of production.');
      const once = await objectsOf(lane.namespace);
      const again = await lane.target().restore(production.lane, production, () => undefined);
      expect(again).toMatchObject({ verified: true, residue: [] });
      expect(await objectsOf(lane.namespace)).toEqual(once);
    });
  });
}

/** Proxies learn of a weight a moment after the API server. */
async function untilAllAreFrom(lane: Lane, version: string): Promise<void> {
  while (shareOf(version, await sendRequests(lane.users, 20)) < 100);
}

/**
 * Percent of as many requests, all of them counted, as let chance alone miss by two points once in 500 times: 2,000 at
 * least, three times that at half of the traffic.
 */
async function observedShare(lane: Lane, version: string, expected: number): Promise<number> {
  const answers = await sendRequests(lane.users, Math.max(2_000, 2.4 * expected * (100 - expected)));
  expect(answers.filter(hasFailed)).toEqual([]);
  expect(Math.abs(shareOf(version, answers) - expected)).toBeLessThanOrEqual(2);
  return shareOf(version, answers);
}
