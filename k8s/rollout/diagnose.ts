import { conditionOf } from './api-types.ts';
import type { Condition } from './api-types.ts';
import { isEnding, isReady } from './gather.ts';
import type { PodFacts, RolloutFacts } from './gather.ts';
import { podTrouble } from './pod-trouble.ts';
import { hopeless, passing, worst } from './trouble.ts';
import type { Trouble } from './trouble.ts';

/** How far a rollout is, and why no farther. */
export interface RolloutDiagnosis {
  /** Pods of the newest template that are ready. */
  readonly ready: number;
  readonly desired: number;
  /** Of the pod that was started again most often. */
  readonly restarts: number;
  readonly problem?: string;
  /** The problem does not mend itself. */
  readonly hopeless?: boolean;
  /** What is waited for although nothing is broken, such as a node. */
  readonly warnings: readonly string[];
}

/** Judges what the cluster tells of a Deployment's newest template. Pure. */
export function diagnoseRollout({ deployment, replicaSet, pods }: RolloutFacts): RolloutDiagnosis {
  const { metadata, spec = {}, status = {} } = deployment;
  const desired = spec.replicas ?? 1;
  const seen = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  if (!seen) return { ready: 0, desired, restarts: 0, warnings: [] };
  const living = pods.filter(({ pod }) => !isEnding(pod));
  const ready = living.filter(({ pod }) => isReady(pod)).length;
  const restarts = Math.max(0, ...living.map(restartsOf));
  const known = { ready, desired, restarts };
  if (ready >= desired) return { ...known, warnings: [] };
  const troubles = [
    unmade([...(replicaSet?.status?.conditions ?? []), ...(status.conditions ?? [])]),
    ...living.filter(({ pod }) => !isReady(pod)).map(podTrouble),
  ];
  const trouble = worst(troubles) ?? stuck(spec.paused === true, status.conditions);
  const warnings = new Set(troubles.filter((one) => one?.warning === true).map((one) => one?.told ?? ''));
  return {
    ...known,
    ...(trouble === null ? {} : { problem: trouble.told, hopeless: trouble.hopeless }),
    warnings: [...warnings],
  };
}

const restartsOf = ({ pod }: PodFacts): number => {
  const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {};
  return [...containerStatuses, ...initContainerStatuses].reduce(
    (sum, { restartCount }) => sum + restartCount,
    0,
  );
};

/** Pods, or their ReplicaSet, that the API server does not let be made. Room in a quota may be made by others. */
function unmade(conditions: readonly Condition[]): Trouble | null {
  const failure = conditions.find(
    ({ reason, status, type }) =>
      (type === 'ReplicaFailure' && status === 'True') ||
      (type === 'Progressing' && reason === 'ReplicaSetCreateError'),
  );
  if (failure === undefined) return null;
  const { message = 'it is not said why' } = failure;
  const told = `pods are not made: ${message}`;
  if (/exceeded quota/.test(message)) return { ...passing(told), warning: true };
  return /is forbidden|denied the request|is invalid/.test(message) ? hopeless(told) : passing(told);
}

function stuck(paused: boolean, conditions: readonly Condition[] | undefined): Trouble | null {
  if (paused) return passing('the Deployment is paused: `kubectl rollout resume` lets it go on');
  const progressing = conditionOf(conditions, 'Progressing');
  return progressing?.reason === 'ProgressDeadlineExceeded'
    ? passing(progressing.message ?? progressing.reason)
    : null;
}
