import { failedStartsAllowed } from '../../core/serving.ts';
import type { ContainerStatus, PodObject, Termination } from './api-types.ts';
import type { PodFacts } from './gather.ts';
import { imageReasons, imageTrouble } from './image-trouble.ts';
import { hopeless, passing, withLines } from './trouble.ts';
import type { Trouble } from './trouble.ts';

/** A run this long was no failed start: the kubelet, too, then forgets the failures before. */
const longRunMs = 600_000;

/** Why a container is not ready, as far as its own state tells it. */
export function containerTrouble(facts: PodFacts, status: ContainerStatus): Trouble | null {
  const { image = '', state = {} } = status;
  const { waiting } = state;
  if (waiting?.reason !== undefined && imageReasons.includes(waiting.reason)) {
    const { events, pod } = facts;
    const secrets = (pod.spec?.imagePullSecrets ?? []).flatMap(({ name }) =>
      name === undefined ? [] : [name],
    );
    return imageTrouble({ image, reason: waiting.reason, message: waiting.message ?? '', secrets, events });
  }
  if (waiting?.reason === 'CreateContainerConfigError' || waiting?.reason === 'CreateContainerError')
    return configTrouble(titleOf(facts.pod, status), waiting.message ?? waiting.reason);
  const ended = state.terminated ?? status.lastState?.terminated;
  if (ended === undefined || (ended.exitCode === 0 && isInit(facts.pod, status))) return null;
  return endTrouble(facts, status, ended);
}

/** Objects that a container names, or its security context; the kubelet's own cache may still be on its way. */
const configTrouble = (title: string, message: string): Trouble =>
  /not found|couldn't find key|runAsNonRoot|invalid|no such file|permission denied|no command specified/i.test(
    message,
  )
    ? hopeless(`${title} cannot be made: ${missingObject(message)}`)
    : passing(`${title} cannot be made yet: ${message}`);

/** `couldn't find key password in Secret models/db` and `secret "db" not found`, in one form. */
function missingObject(message: string): string {
  const key = /couldn't find key (\S+) in (\S+) \S+?\/(\S+)/.exec(message);
  if (key !== null) return `${key[2] ?? ''} ${key[3] ?? ''} has no key ${key[1] ?? ''}`;
  const object = /^(secret|configmap) "([^"]+)" not found$/.exec(message);
  if (object === null) return message;
  return `${object[1] === 'secret' ? 'Secret' : 'ConfigMap'} ${object[2] ?? ''} does not exist in the namespace`;
}

function endTrouble(facts: PodFacts, status: ContainerStatus, ended: Termination): Trouble {
  const { name, restartCount } = status;
  const times = restartCount > 1 ? ` (started ${restartCount + 1} times)` : '';
  const said = `${titleOf(facts.pod, status)} ${howEnded(facts, status, ended)}${times}`;
  const told = withLines(said, facts.logs[name] ?? []);
  const again = restartCount >= failedStartsAllowed && ranMs(ended) < longRunMs;
  return again || cannotStart(ended) ? hopeless(told) : passing(told);
}

function howEnded({ events, pod }: PodFacts, { name }: ContainerStatus, ended: Termination): string {
  const { exitCode, message = '', reason, signal } = ended;
  if (reason === 'OOMKilled') return `ran out of memory${limitOf(pod, name)}`;
  if (reason === 'StartError' || reason === 'ContainerCannotRun')
    return `cannot be started: ${lastCause(message)}`;
  const unhealthy = events.find((event) => /^(Liveness|Startup) probe failed/.test(event.message));
  const killed = exitCode === 137 || exitCode === 143;
  if (killed && unhealthy !== undefined) return `was killed, since its probe failed: ${unhealthy.message}`;
  return signal === undefined || signal === 0
    ? `ended with exit code ${exitCode}`
    : `was ended by signal ${signal}`;
}

function limitOf({ spec }: PodObject, container: string): string {
  const all = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const limit = all.find(({ name }) => name === container)?.resources?.limits?.['memory'];
  return limit === undefined ? ' of the node' : `: its limit is ${limit}`;
}

/** The runtime wraps the one sentence that tells into those of each layer above. */
const lastCause = (message: string): string =>
  message.replace(/^.*unable to start container process: /s, '').replace(/: unknown$/, '');

const cannotStart = ({ reason, message = '' }: Termination): boolean =>
  reason === 'StartError' &&
  /no such file or directory|executable file not found|permission denied|exec format error/.test(message);

/** A container that never came up is said to have started in 1970. */
const ranMs = ({ startedAt = '', finishedAt = '' }: Termination): number => {
  const from = Date.parse(startedAt);
  return from > 0 ? Date.parse(finishedAt) - from : 0;
};

const isInit = ({ status }: PodObject, { name }: ContainerStatus): boolean =>
  (status?.initContainerStatuses ?? []).some((init) => init.name === name);

export const titleOf = (pod: PodObject, status: ContainerStatus): string =>
  isInit(pod, status) ? `${status.name}, which runs before the server,` : `container ${status.name}`;
