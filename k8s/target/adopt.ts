import { LonghaulError } from '../../core/errors.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { ArmSpec } from '../../core/serving.ts';
import type { Manifest } from '../api/cluster.ts';
import { adoptionOf, templateLabels, type Adoption, type MadeByOthers } from './adoption.ts';
import { awaitRollout } from './await-rollout.ts';
import { autoscaled } from './comparable.ts';
import { kinds } from './kinds.ts';
import { serviceOf, type TargetParts } from './parts.ts';
import { budgetLabels } from './slot-objects.ts';

const withinMs = 600_000;

/**
 * What adopting the server that others have deployed would change; null when it is adopted.
 *
 * @throws LonghaulError NotFound without a Deployment and a Service of the lane's name, Conflict for what cannot be adopted
 */
export async function planAdoption(
  parts: TargetParts,
  lane: LaneRef,
  arm: ArmSpec,
): Promise<Adoption | null> {
  return adoptionOf(await findMadeByOthers(parts, lane), arm);
}

/**
 * Lets a Deployment that others have made be the stable arm of a lane, as it is planned. Goes on from wherever an
 * earlier try ended.
 *
 * @throws LonghaulError NotReady when its pods do not get ready again in 600 s, and what planning throws
 */
export async function adopt(
  parts: TargetParts,
  lane: LaneRef,
  arm: ArmSpec,
  tell: (line: string) => void,
): Promise<void> {
  const { cluster } = parts;
  const plan = await planAdoption(parts, lane, arm);
  if (plan === null) return;
  for (const object of plan.around) await cluster.replace(object);
  await cluster.replace(plan.deployment);
  await awaitRollout(parts, lane, 'stable', { tell, deadline: Date.now() + withinMs });
  if (plan.serviceObject !== null) await cluster.replace(plan.serviceObject);
}

async function findMadeByOthers(parts: TargetParts, lane: LaneRef): Promise<MadeByOthers> {
  const { cluster } = parts;
  const service = serviceOf(parts, lane);
  const [deployment, serviceObject, autoscalers, budgets] = await Promise.all([
    cluster.get({ ...kinds.deployment, name: service }),
    cluster.get({ ...kinds.service, name: service }),
    cluster.list(kinds.autoscaler, {}),
    cluster.list(kinds.disruptionBudget, {}),
  ]);
  if (deployment === null || serviceObject === null)
    throw new LonghaulError(
      'NotFound',
      `There is no ${deployment === null ? 'Deployment' : 'Service'} ${service} in ${cluster.name}.`,
      {
        mend: `Say as \`service\` of ${lane.environment} in longhaul.server.yaml what the server's Deployment and its Service are called: one name.`,
      },
    );
  const pods = templateLabels(deployment);
  const protects = (budget: Manifest): boolean => {
    const wanted = Object.entries(budgetLabels(budget));
    return wanted.length > 0 && wanted.every(([key, value]) => pods[key] === value);
  };
  return {
    ...{ lane, service, deployment, serviceObject },
    around: [
      ...autoscalers.filter((object) => autoscaled([object]).includes(service)),
      ...budgets.filter(protects),
    ],
  };
}
