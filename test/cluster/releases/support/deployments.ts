import { AppsV1Api, KubernetesObjectApi } from '@kubernetes/client-node';
import type { V1Deployment } from '@kubernetes/client-node';
import { kubeConfigOf, testCluster } from '../../support/cluster.ts';

export interface DeploymentSeen {
  readonly replicas: number;
  readonly ready: number;
  /** What its pods are told to serve. */
  readonly version: string;
  readonly image: string;
  readonly deployment: V1Deployment;
}

/** The Deployments of a lane by their slots, as the cluster tells of them. */
export async function deploymentsOf({
  namespace,
  service,
}: {
  readonly namespace: string;
  readonly service: string;
}): Promise<Readonly<Record<string, DeploymentSeen>>> {
  const apps = kubeConfigOf(testCluster()).makeApiClient(AppsV1Api);
  const { items } = await apps.listNamespacedDeployment({ namespace });
  return Object.fromEntries(
    items.map((deployment) => {
      const name = deployment.metadata?.name ?? '';
      return [name === service ? 'stable' : name.replace(`${service}-`, ''), seen(deployment)];
    }),
  );
}

function seen(deployment: V1Deployment): DeploymentSeen {
  const [container] = deployment.spec?.template.spec?.containers ?? [];
  return {
    replicas: deployment.spec?.replicas ?? 0,
    ready: deployment.status?.readyReplicas ?? 0,
    version: container?.env?.find(({ name }) => name === 'MODEL_VERSION')?.value ?? '',
    image: container?.image ?? '',
    deployment,
  };
}

const kinds = [
  ['apps/v1', 'Deployment'],
  ['v1', 'Service'],
  ['v1', 'ConfigMap'],
  ['networking.istio.io/v1', 'VirtualService'],
  ['networking.istio.io/v1', 'DestinationRule'],
  ['policy/v1', 'PodDisruptionBudget'],
] as const;

/** What is in a namespace, each object by its kind and name with the number that every write of it changes. */
export async function objectsOf(namespace: string): Promise<readonly string[]> {
  const api = KubernetesObjectApi.makeApiClient(kubeConfigOf(testCluster()));
  const lists = await Promise.all(
    kinds.map(async ([apiVersion, kind]) => ({ kind, ...(await api.list(apiVersion, kind, namespace)) })),
  );
  return lists
    .flatMap(({ kind, items }) =>
      items.map(
        ({ metadata }) =>
          `${kind} ${metadata?.name ?? ''} ${metadata?.generation ?? metadata?.resourceVersion ?? ''}`,
      ),
    )
    .sort();
}
