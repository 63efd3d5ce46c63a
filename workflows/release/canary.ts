import { canaryStages } from '../../core/canary.ts';
import type { TargetSnapshot } from '../../core/serving.ts';
import type { Candidate } from './candidate.ts';
import type { Release } from './context.ts';
import { deploy, giveTraffic, watchFor } from './rolling-out.ts';
import type { Rollout } from './rolling-out.ts';
import type { RunningWatch } from './watch.ts';

/** One replica first, then weight by weight under the watch. */
export async function proveAsCanary(
  release: Release,
  candidate: Candidate,
  before: TargetSnapshot,
): Promise<Rollout> {
  const { canary, stabilization } = release.plan;
  await release.ledger.enter('deploying', { for: 'the first replica in production' });
  const going = await deploy(release, candidate, before, 1, [canary.watch, stabilization.watch]);
  const watch = await watchFor(going, 'canary', canary.watch);
  await walkThroughWeights(going, watch);
  const { verdict } = await watch.conclude();
  release.ledger.gate('canary', true, verdict.reason);
  return going;
}

/** The weights in turn, each watched for its part of the time; all at once where there is no champion yet. */
async function walkThroughWeights(going: Rollout, canary: RunningWatch): Promise<void> {
  const { release, before } = going;
  const { canary: spec } = release.plan;
  const stages = canaryStages(before.stable === null ? { ...spec, weights: [100] } : spec);
  await release.ledger.enter('canary', { for: 'the canary’s watch' });
  for (const { weight, bakeMs } of stages) {
    await canary.bake(1);
    await canary.during(() => giveTraffic(going, weight));
    await canary.bake(bakeMs);
  }
}
