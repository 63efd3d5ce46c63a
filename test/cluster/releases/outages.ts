import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiServer } from '../support/api-server.ts';
import { testCluster } from '../support/cluster.ts';
import { deploymentsOf } from './support/deployments.ts';
import { openLane } from './support/lane.ts';
import type { Lane } from './support/lane.ts';
import { hasFailed, startLoad } from './support/load.ts';
import type { Given } from './support/servers.ts';
import { startWorkerProcess } from './support/worker-process.ts';

export function outages(given: () => Given): void {
  describe('while something is away', () => {
    let lane: Lane;
    beforeAll(async () => {
      lane = await openLane(given(), { purpose: 'outage' });
      expect((await lane.firstRelease()).outcome).toEqual({ kind: 'released' });
    });
    afterAll(() => lane.close());

    it('a worker that is killed after its writes and before its answers: another does the same again, to the same end', async () => {
      const { servers } = given();
      await lane.deployWorker.stop();
      const known = lane.weights.seen.length;
      const users = startLoad(lane.users, 60);
      const worker = (fatal?: string) => startWorkerProcess(servers.temporal, lane.serverFile, fatal);
      const first = await worker('setWeight production 50');
      const release = await lane.release({ canary: { ...lane.usual.canary, weights: [50, 100] } });
      await first.gone;
      const second = await worker('promote production');
      await second.gone;
      const third = await worker();
      const record = await release.ended();
      const answers = await users.stop();
      await third.kill();
      await lane.deployWorker.start();

      expect(record.outcome).toEqual({ kind: 'released' });
      expect(answers.filter(hasFailed)).toEqual([]);
      expect(lane.weights.seen.slice(known).map(({ weight }) => weight)).toEqual([50, 100, 0]);
      await expectReleased(record.candidateVersion);
    });

    it.runIf(testCluster().own !== null)(
      'the API server for half a minute in mid-canary: the release goes on and ends well, and no request is lost',
      async () => {
        const server = apiServer();
        const users = startLoad(lane.users, 60);
        const release = await lane.release({ canary: { ...lane.usual.canary, weights: [50, 100] } });
        await lane.weights.until(50, Date.now());
        await server?.stop();
        try {
          await pause(30_000);
        } finally {
          await server?.start();
        }
        const record = await release.ended();
        const answers = await users.stop();

        expect(record.outcome).toEqual({ kind: 'released' });
        expect(answers.filter(hasFailed)).toEqual([]);
        await expectReleased(record.candidateVersion);
      },
    );

    async function expectReleased(version: string | undefined): Promise<void> {
      const { stable, ...others } = await deploymentsOf(lane);
      expect(Object.keys(others)).toEqual([]);
      expect(stable).toMatchObject({ version, ready: 2 });
      expect(await lane.champion()).toBe(version);
    }
  });
}
