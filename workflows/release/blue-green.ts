import { previewVariables } from '../../core/base-url.ts';
import type { BlueGreenSpec } from '../../core/release.ts';
import type { TargetSnapshot } from '../../core/serving.ts';
import { rollout } from '../activities.ts';
import { mustPass } from './candidate.ts';
import type { Candidate } from './candidate.ts';
import type { Release } from './context.ts';
import { deploy } from './rolling-out.ts';
import type { Rollout } from './rolling-out.ts';

/** All replicas in the other colour, tried through the preview before any user meets them. */
export async function proveInPreview(
  release: Release,
  candidate: Candidate,
  before: TargetSnapshot,
  { preview }: BlueGreenSpec,
): Promise<Rollout> {
  const { ledger, plan } = release;
  const { replicas } = plan.production;
  ledger.note({ strategy: 'blueGreen', guardrails: plan.stabilization.watch.guardrails });
  await ledger.enter('deploying', { for: `${replicas} replicas of the new colour` });
  const going = await deploy(release, candidate, before, replicas, [plan.stabilization.watch]);
  const proof = [`${replicas} of ${replicas} replicas ready`];
  if (preview !== undefined) {
    await ledger.enter('preview', { for: preview.name });
    const status = await rollout('where the preview is').observe(going.lane);
    await mustPass(release, preview, [], previewVariables(status), plan.production);
    proof.push(`${preview.name} passed against ${status.previewUrl ?? status.baseUrl}`);
  }
  ledger.gate('preview', true, proof.join('; '));
  return going;
}
