import type { V1Deployment, V1PodSpec, V1TopologySpreadConstraint } from '@kubernetes/client-node';
import type { Labels, Manifest } from '../api/cluster.ts';
import { namesOf, slotSelector } from '../names.ts';
import { fetchContainers, modelVolumes, serverContainer } from './containers.ts';
import { containerOf, deploymentOf, type ArmInSlot } from './given.ts';
import { deploymentAnnotations, podAnnotations, slotLabels } from './metadata.ts';
import type { Plain } from './plain.ts';

/** For the answers under way, once nobody is sent to a replica any more. */
const graceSeconds = 30;

/** The Deployment of an arm in a slot. `config` is the ConfigMap of its variables. */
export function deployment(given: ArmInSlot, config: Manifest): Manifest {
  const { arm, service, slot } = given;
  const labels = slotLabels(given);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: namesOf(service).deployment(slot),
      labels,
      annotations: deploymentAnnotations(arm),
    },
    spec: {
      ...fixedReplicas(given),
      selector: { matchLabels: slotSelector(service, slot) },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      revisionHistoryLimit: 3,
      progressDeadlineSeconds: Math.max(600, Math.ceil(arm.serve.startTimeoutMs / 1_000) + 60),
      template: {
        metadata: { labels, annotations: podAnnotations(given, containerOf(given).port) },
        spec: podSpec(given, config),
      },
    },
  } satisfies Plain<V1Deployment>;
}

/** An autoscaler's replicas are its own. */
export const fixedReplicas = ({ arm }: Pick<ArmInSlot, 'arm'>): { readonly replicas?: number } =>
  arm.deployment?.autoscaling === undefined ? { replicas: arm.replicas } : {};

function podSpec(given: ArmInSlot, config: Manifest): Plain<V1PodSpec> {
  const { environment, service, slot, arm } = given;
  const { imagePullSecrets, serviceAccount, nodeSelector, runAsNonRoot } = environment;
  const initContainers = fetchContainers(given, config);
  const volumes = modelVolumes(given);
  return {
    ...(initContainers.length === 0 ? {} : { initContainers }),
    containers: [serverContainer(given, config)],
    ...(volumes.length === 0 ? {} : { volumes }),
    terminationGracePeriodSeconds: deploymentOf(arm).preStopSeconds + graceSeconds,
    // A Service called PORT or HOST would otherwise set the server's variables.
    enableServiceLinks: false,
    ...(imagePullSecrets.length === 0
      ? {}
      : { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) }),
    ...(serviceAccount === undefined
      ? { automountServiceAccountToken: false }
      : { serviceAccountName: serviceAccount }),
    ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector }),
    ...tolerations(environment),
    topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map((key) =>
      spreadOver(key, slotSelector(service, slot)),
    ),
    securityContext: {
      seccompProfile: { type: 'RuntimeDefault' },
      ...(runAsNonRoot ? { runAsNonRoot } : {}),
    },
  };
}

const tolerations = ({
  tolerations: taints,
}: ArmInSlot['environment']): Pick<Plain<V1PodSpec>, 'tolerations'> =>
  taints.length === 0
    ? {}
    : {
        tolerations: taints.map(({ key, value, effect }) => ({
          key,
          ...(value === undefined ? { operator: 'Exists' } : { operator: 'Equal', value }),
          ...(effect === undefined ? {} : { effect }),
        })),
      };

const spreadOver = (topologyKey: string, matchLabels: Labels): Plain<V1TopologySpreadConstraint> => ({
  maxSkew: 1,
  topologyKey,
  whenUnsatisfiable: 'ScheduleAnyway',
  labelSelector: { matchLabels },
});
