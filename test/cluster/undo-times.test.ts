/**
 * How soon a bad version gets no request any more: by Longhaul from the verdict on, and by `kubectl rollout undo` from
 * its start on, of the same Deployment under the same requests. `npm run bench -- undo` runs it; a suite has no use for it.
 */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kubectlOf } from '../../scripts/cluster/kubectl.ts';
import { clusterPlace } from '../../scripts/cluster/place.ts';
import { findClusterPrograms } from '../../scripts/cluster/programs.ts';
import { logSmallModel } from './releases/support/candidates.ts';
import { openLane } from './releases/support/lane.ts';
import type { Lane } from './releases/support/lane.ts';
import { hasFailed, startLoad } from './releases/support/load.ts';
import type { Answer } from './releases/support/load.ts';
import { quickServer } from './releases/support/serve-specs.ts';
import { startServers } from './releases/support/servers.ts';
import type { Servers } from './releases/support/servers.ts';
import { testCluster } from './support/cluster.ts';

/** Which side begins each round; absent: nothing is measured. */
const rounds = JSON.parse(process.env['LONGHAUL_UNDO_ROUNDS'] ?? '[]') as readonly Side[];
type Side = 'longhaul' | 'kubectl';

const { own, flightsImage } = testCluster();
const requestsPerSecond = 100;
let servers: Servers;
let lane: Lane;

if (rounds.length > 0) {
  beforeAll(async () => {
    servers = await startServers();
  });
  afterAll(() => servers.close());
  beforeAll(async () => {
    const model = await logSmallModel(servers.registry);
    lane = await openLane({ servers, model }, { purpose: 'undo' });
  });
  afterAll(() => lane.close());
  beforeAll(async () => {
    expect((await lane.firstRelease()).outcome).toEqual({ kind: 'released' });
  });
}

test.runIf(own !== null && rounds.length > 0)(
  'no request reaches a bad version',
  async () => {
    const seconds: Record<Side, number[]> = { longhaul: [], kubectl: [] };
    for (const first of rounds) {
      const order =
        first === 'longhaul' ? (['longhaul', 'kubectl'] as const) : (['kubectl', 'longhaul'] as const);
      for (const side of order) {
        const took = await (side === 'longhaul' ? byLonghaul() : byKubectl());
        console.error(`  ${side}: ${took.toFixed(2)} s`);
        seconds[side].push(took);
      }
    }
    const file = process.env['LONGHAUL_UNDO_SECONDS'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(seconds));
    expect(Math.max(...seconds.longhaul)).toBeLessThan(3);
  },
  1_200_000,
);

/** Seconds from the answer of the look that fails to the last answer of the candidate, which had half of the traffic. */
async function byLonghaul(): Promise<number> {
  const users = startLoad(lane.users, requestsPerSecond);
  const release = await lane.release({
    serve: quickServer(flightsImage, 0.5),
    canary: { ...lane.usual.canary, weights: [50, 100], durationMs: 120_000 },
  });
  const { outcome, candidateVersion = '' } = await release.ended();
  const answers = await users.stop();
  expect(outcome?.kind).toBe('rolledBack');
  const verdict = lane.looks.findLast(({ look }) => look.action === 'rollBack');
  if (verdict === undefined) throw new Error('No look has failed.');
  return (lastOf(candidateVersion, answers) - verdict.at) / 1_000;
}

/** Seconds from the start of the command to the last answer of the version that was rolled out to all replicas. */
async function byKubectl(): Promise<number> {
  const kubectl = kubectlOf(clusterPlace(own ?? ''), findClusterPrograms());
  const here = (...args: readonly string[]): Promise<string> =>
    kubectl(['--namespace', lane.namespace, ...args]);
  const deployment = `deployment/${lane.service}`;
  await here('set', 'env', deployment, 'MODEL_VERSION=bad');
  await here('rollout', 'status', deployment);
  const users = startLoad(lane.users, requestsPerSecond);
  await users.until(({ version }) => version === 'bad');
  const began = Date.now();
  await here('rollout', 'undo', deployment);
  await here('rollout', 'status', deployment);
  const answers = await users.stop();
  expect(answers.filter(hasFailed)).toEqual([]);
  return (lastOf('bad', answers) - began) / 1_000;
}

const lastOf = (version: string, answers: readonly Answer[]): number =>
  Math.max(...answers.filter((answer) => answer.version === version).map(({ at }) => at));
