/** Whole releases on a real cluster: the real workflow, rollout, watch and registry, under requests through the gateway. */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { autoscaled } from './releases/autoscaled.ts';
import { badCandidates } from './releases/bad-candidate.ts';
import { coloursInTurn } from './releases/blue-green.ts';
import { canaries } from './releases/canary.ts';
import { outages } from './releases/outages.ts';
import { realModels } from './releases/real-model.ts';
import { troubles } from './releases/trouble.ts';
import { logSmallModel } from './releases/support/candidates.ts';
import { openLane } from './releases/support/lane.ts';
import type { Lane } from './releases/support/lane.ts';
import { startServers } from './releases/support/servers.ts';
import type { Given } from './releases/support/servers.ts';

let given: Given;
beforeAll(async () => {
  const servers = await startServers();
  given = { servers, model: await logSmallModel(servers.registry) };
});
afterAll(() => given.servers.close());

realModels(() => given);

describe('in one lane', () => {
  let lane: Lane;
  beforeAll(async () => {
    lane = await openLane(given, { purpose: 'canary' });
    expect((await lane.firstRelease()).outcome).toEqual({ kind: 'released' });
  });
  afterAll(() => lane.close());

  canaries(() => lane);
  badCandidates(() => lane);
  troubles(() => lane);
  outages(() => lane);
});

coloursInTurn(() => given);
autoscaled(() => given);
