import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { apiServer } from '../support/api-server.ts';
import { testCluster } from '../support/cluster.ts';
import { expectReleased } from './support/expectations.ts';
import type { Lane } from './support/lane.ts';
import { hasFailed, startLoad } from './support/load.ts';
import { startWorkerProcess } from './support/worker-process.ts';

export function outages(laneOf: () => Lane): void {
  describe('while something is away', () => {
    it('a worker that is killed after its writes and before its answers: another does the same again, to the same end', async () => {
      const lane = laneOf();
      const { servers } = lane;
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
      await expectReleased(lane, record.candidateVersion);
    });

    it.runIf(testCluster().own !== null)(
      'the API server for half a minute in mid-canary: the release goes on and ends well, and no request is lost meanwhile',
      async () => {
        const lane = laneOf();
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
        const back = Date.now();
        const record = await release.ended();
        const answers = await users.stop();

        expect(record.outcome).toEqual({ kind: 'released' });
        // istiod may take half a minute more to hear of changes again: docs/traffic.md.
        expect(answers.filter(({ sentAt }) => sentAt < back).filter(hasFailed)).toEqual([]);
        await expectReleased(lane, record.candidateVersion);
      },
    );
  });
}
