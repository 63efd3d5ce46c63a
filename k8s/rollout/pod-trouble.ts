import { conditionOf } from './api-types.ts';
import { containerTrouble, titleOf } from './container-trouble.ts';
import type { PodFacts } from './gather.ts';
import { hopeless, passing, withLines, worst } from './trouble.ts';
import type { Trouble } from './trouble.ts';

/** Why a pod is not ready; null where it only takes its time. */
export function podTrouble(facts: PodFacts): Trouble | null {
  const { pod } = facts;
  const { containerStatuses = [], initContainerStatuses = [], phase } = pod.status ?? {};
  if (phase === 'Failed') return lostPod(facts);
  const containers = [...initContainerStatuses, ...containerStatuses]
    .filter(({ ready, state }) => !ready && state?.running === undefined)
    .map((status) => containerTrouble(facts, status));
  return unscheduled(facts) ?? worst(containers) ?? notBegun(facts) ?? nodeLost(facts) ?? notReady(facts);
}

/** Evicted, or ended with its node; its ReplicaSet makes another. */
function lostPod({ pod }: PodFacts): Trouble {
  const { message = '', reason = 'it failed' } = pod.status ?? {};
  return passing(`pod ${pod.metadata.name} is gone (${reason}): ${message}`);
}

/** Another node may come, or room be made on one: told, and waited for until the deadline. */
function unscheduled({ pod, events }: PodFacts): Trouble | null {
  const scheduled = conditionOf(pod.status?.conditions, 'PodScheduled');
  if (scheduled === undefined || scheduled.status === 'True') return null;
  const scaler = events.find(({ reason }) => reason === 'TriggeredScaleUp' || reason === 'NotTriggerScaleUp');
  const why = scheduled.message ?? scheduled.reason ?? 'it is not said why';
  const told = `pod ${pod.metadata.name} finds no node: ${why}${scaler === undefined ? '' : `; ${scaler.message}`}`;
  return { told, hopeless: false, warning: true };
}

/** The kubelet tries a mount again and again; an object that is not there after that is missing. */
const triedMounts = 3;
const beforeContainers: readonly string[] = [
  'FailedMount',
  'FailedAttachVolume',
  'FailedCreatePodSandBox',
  'NetworkNotReady',
];

/** What a node does before a container is made: volumes, the network, the image. */
function notBegun({ pod, events }: PodFacts): Trouble | null {
  if (pod.status?.phase !== 'Pending') return null;
  const failed = events.find(({ reason }) => beforeContainers.includes(reason));
  if (failed !== undefined) {
    const isMissing = /not found|non-existent/.test(failed.message) && failed.count >= triedMounts;
    return (isMissing ? hopeless : passing)(`pod ${pod.metadata.name} cannot begin: ${failed.message}`);
  }
  const pull = events.find(({ reason }) => reason === 'Pulling' || reason === 'Pulled');
  return pull?.reason === 'Pulling'
    ? passing(`pod ${pod.metadata.name} waits for its image: ${pull.message}`)
    : null;
}

function nodeLost({ pod, events }: PodFacts): Trouble | null {
  const lost = events.find(({ reason }) => reason === 'NodeNotReady') ?? null;
  const isLost = lost !== null || pod.status?.reason === 'NodeLost';
  return isLost
    ? passing(`node ${pod.spec?.nodeName ?? '?'} of pod ${pod.metadata.name} does not answer`)
    : null;
}

/** It runs and its probe fails, or it runs again after it ended. */
function notReady(facts: PodFacts): Trouble | null {
  const { events, logs, pod } = facts;
  const running = (pod.status?.containerStatuses ?? []).filter(
    ({ ready, state }) => !ready && state?.running !== undefined,
  );
  const ended = running
    .filter(({ restartCount }) => restartCount > 0)
    .map((status) => containerTrouble(facts, status));
  const probe = events.find(({ reason }) => reason === 'Unhealthy');
  const [first] = running;
  if (ended.length > 0 || probe === undefined || first === undefined) return worst(ended);
  const times = probe.count > 1 ? ` (${probe.count} times)` : '';
  return passing(
    withLines(
      `${titleOf(pod, first)} runs, but is not ready: ${probe.message}${times}`,
      logs[first.name] ?? [],
    ),
  );
}
