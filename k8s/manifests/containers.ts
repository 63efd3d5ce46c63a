import type {
  V1Container,
  V1Probe,
  V1ResourceRequirements,
  V1SecurityContext,
} from '@kubernetes/client-node';
import type { ClusterDeployment } from '../../core/serving.ts';
import type { Manifest } from '../api/cluster.ts';
import { environmentVariables, modelPath, unexpanded } from './environment-variables.ts';
import { containerOf, deploymentOf, type ArmInSlot } from './given.ts';
import type { Plain } from './plain.ts';

/** Name of the port that serves, which Services and Prometheus look for. */
export const httpPort = 'http';

const modelVolume = 'model';

/** The server. `config` is the ConfigMap of its variables. */
export function serverContainer(given: ArmInSlot, config: Manifest): Plain<V1Container> {
  const { serve } = given.arm;
  const { image, startedBy, port, fetchModel } = containerOf(given);
  const { resources, preStopSeconds } = deploymentOf(given.arm);
  return {
    name: 'server',
    image,
    ...(startedBy === 'run' ? { command: shell(serve.run) } : {}),
    ports: [{ name: httpPort, containerPort: port }],
    ...variables(given, config),
    resources: requirements(resources),
    ...probes(serve.healthPath, serve.startTimeoutMs),
    ...(preStopSeconds === 0 ? {} : { lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } } }),
    securityContext: restricted,
    ...(fetchModel === null
      ? {}
      : { volumeMounts: [{ name: modelVolume, mountPath: modelPath, readOnly: true }] }),
  };
}

/** What fills the model's folder before the server starts; none where the image holds the model. */
export function fetchContainers(given: ArmInSlot, config: Manifest): readonly Plain<V1Container>[] {
  const { image, fetchModel } = containerOf(given);
  if (fetchModel === null) return [];
  const { gpu: _, ...resources } = deploymentOf(given.arm).resources;
  return [
    {
      name: 'fetch-model',
      image,
      command: shell(fetchModel),
      ...variables(given, config),
      resources: requirements(resources),
      securityContext: restricted,
      volumeMounts: [{ name: modelVolume, mountPath: modelPath }],
    },
  ];
}

export const modelVolumes = (given: ArmInSlot) =>
  containerOf(given).fetchModel === null ? [] : [{ name: modelVolume, emptyDir: {} }];

const shell = (line: string): readonly string[] => ['/bin/sh', '-c', unexpanded(line)];

const variables = (given: ArmInSlot, config: Manifest): Pick<Plain<V1Container>, 'env' | 'envFrom'> => ({
  env: environmentVariables(given),
  envFrom: [{ configMapRef: { name: config.metadata.name } }],
});

/** As much memory as it may ever take, so that a node never has to choose whom to kill; CPUs are shared. */
function requirements({
  cpu,
  memory,
  gpu = 0,
}: ClusterDeployment['resources']): Plain<V1ResourceRequirements> {
  const requests = { ...(cpu === undefined ? {} : { cpu }), ...(memory === undefined ? {} : { memory }) };
  const limits = {
    ...(memory === undefined ? {} : { memory }),
    ...(gpu === 0 ? {} : { 'nvidia.com/gpu': String(gpu) }),
  };
  return {
    ...(Object.keys(requests).length === 0 ? {} : { requests }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
  };
}

const everySeconds = 2;

/** Ready soon after the server is; started anew only after a minute without an answer, for a busy server is not a dead one. */
function probes(
  path: string,
  startTimeoutMs: number,
): Required<Pick<Plain<V1Container>, 'startupProbe' | 'readinessProbe' | 'livenessProbe'>> {
  const asks = (timeoutSeconds: number): Plain<V1Probe> => ({
    httpGet: { path, port: httpPort },
    timeoutSeconds,
  });
  const failureThreshold = Math.max(1, Math.ceil(startTimeoutMs / 1_000 / everySeconds));
  return {
    startupProbe: { ...asks(2), periodSeconds: everySeconds, failureThreshold },
    readinessProbe: { ...asks(2), periodSeconds: everySeconds, failureThreshold: 3 },
    livenessProbe: { ...asks(5), periodSeconds: 10, failureThreshold: 6 },
  };
}

const restricted: Plain<V1SecurityContext> = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
};
