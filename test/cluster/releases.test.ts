/** Whole releases on a real cluster: the real workflow, rollout, watch and registry, under requests through the gateway. */
import { afterAll, beforeAll } from 'vitest';
import { autoscaled } from './releases/autoscaled.ts';
import { badCandidates } from './releases/bad-candidate.ts';
import { coloursInTurn } from './releases/blue-green.ts';
import { canaries } from './releases/canary.ts';
import { outages } from './releases/outages.ts';
import { realModels } from './releases/real-model.ts';
import { troubles } from './releases/trouble.ts';
import { logSmallModel } from './releases/support/candidates.ts';
import { startServers } from './releases/support/servers.ts';
import type { Given } from './releases/support/servers.ts';

let given: Given;
beforeAll(async () => {
  const servers = await startServers();
  given = { servers, model: await logSmallModel(servers.registry) };
});
afterAll(() => given.servers.close());

realModels(() => given);
canaries(() => given);
badCandidates(() => given);
coloursInTurn(() => given);
troubles(() => given);
autoscaled(() => given);
outages(() => given);
