import { planArm } from '../../config/plan-arm.ts';
import { LonghaulError } from '../../core/errors.ts';
import type { DeploymentTarget, TrafficRouter } from '../../core/ports/deployment-target.ts';
import type { ArmSpec, RestoreReport, TargetSnapshot } from '../../core/serving.ts';
import type { Caches } from '../caches/index.ts';
import type { RolloutActivities } from '../contracts.ts';
import { awaitReady } from './await-ready.ts';
import { thenWritingWhileBeating, whileBeating, writingWhileBeating } from './while-beating.ts';

/** Where an environment's models run, and who splits its traffic. */
export interface EnvironmentTarget {
  /** Brings what an arm needs to where it will run, and refuses one that cannot run there. What is whole is left alone. */
  readonly prepare: (arm: ArmSpec, tell: (line: string) => void) => Promise<void>;
  readonly target: DeploymentTarget;
  readonly router: TrafficRouter;
}

export interface RolloutDependencies {
  /** Lent until the arm is desired: from then on what it needs is known to be served. */
  readonly caches: Pick<Caches, 'lend'>;
  /** @throws LonghaulError NotPermitted for an environment that the operator's file does not have */
  readonly targetOf: (environment: string) => EnvironmentTarget;
}

export function createRolloutActivities(deps: RolloutDependencies): RolloutActivities {
  const targetOf = ({ environment }: { readonly environment: string }): EnvironmentTarget =>
    deps.targetOf(environment);

  /** The arms to go back to are made whole first: their files may have been cleaned away since. */
  const restoring = (
    { lane, stable, candidate }: TargetSnapshot,
    restore: (target: DeploymentTarget, tell: (line: string) => void) => Promise<RestoreReport>,
  ): Promise<RestoreReport> =>
    whileBeating((tell) =>
      deps.caches.lend(async () => {
        const { prepare, target } = targetOf(lane);
        for (const arm of [stable, candidate]) if (arm !== null) await prepare(arm, tell);
        return restore(target, tell);
      }),
    );

  return {
    planArm: async (input) => Promise.resolve(planArm(input)),
    snapshot: (lane) => writingWhileBeating(() => targetOf(lane).target.snapshot(lane)),
    deployCandidate: ({ lane, arm }) =>
      thenWritingWhileBeating((tell, write) =>
        deps.caches.lend(async () => {
          const { prepare, target } = targetOf(lane);
          await prepare(arm, tell);
          await write(() => target.setCandidate(lane, arm));
        }),
      ),
    awaitReady: (input) =>
      whileBeating((tell, cancelled) => awaitReady(targetOf(input.lane).target, input, { tell, cancelled })),
    scaleCandidate: ({ lane, armId: id, replicas, weight }) =>
      writingWhileBeating(async () => {
        const { target } = targetOf(lane);
        const candidate = (await target.observe(lane)).arms.find(({ track }) => track === 'candidate');
        if (candidate?.id !== id)
          throw new LonghaulError(
            'Conflict',
            `The candidate of ${lane.environment} is ${candidate?.id ?? 'gone'}, not ${id}.`,
          );
        return target.scale(lane, 'candidate', replicas, weight);
      }),
    setWeight: ({ lane, candidateWeight }) =>
      writingWhileBeating(async () => {
        const { target, router } = targetOf(lane);
        await router.set(lane, candidateWeight);
        return target.observe(lane);
      }),
    promote: ({ lane, armId: id }) =>
      writingWhileBeating(async (tell) => {
        const { target } = targetOf(lane);
        await target.promote(lane, id, tell);
        return target.observe(lane);
      }),
    observe: (lane) => writingWhileBeating(() => targetOf(lane).target.observe(lane)),
    restoreTraffic: (snapshot) =>
      restoring(snapshot, (target, tell) => target.restoreTraffic(snapshot.lane, snapshot, tell)),
    restoreTarget: (snapshot) =>
      restoring(snapshot, (target, tell) => target.restore(snapshot.lane, snapshot, tell)),
  };
}
