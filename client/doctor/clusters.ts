import type { KubernetesEnvironment } from '../../config/cluster-config.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import { LonghaulError } from '../../core/errors.ts';
import { refuseOldCluster } from '../../k8s/api/cluster-version.ts';
import { examineCluster } from '../../k8s/api/examine-cluster.ts';
import type { ClusterExamination, Right } from '../../k8s/api/examine-cluster.ts';
import { servedArms } from '../../k8s/target/served-arms.ts';
import { permissionsFor } from '../../k8s/permissions.ts';
import type { Permission } from '../../k8s/permissions.ts';
import { judgeAnswers } from './answers.ts';
import { ok, problem } from './finding.ts';
import type { Check, Finding, Found } from './finding.ts';

/** Each environment on a cluster: whether a release could begin there. */
export const clusterChecks = ({ environments }: ServerConfig): readonly Check[] =>
  Object.entries(environments).flatMap(([name, environment]) =>
    environment.target === 'kubernetes' ? [clusterCheck(name, environment)] : [],
  );

const clusterCheck = (name: string, environment: KubernetesEnvironment): Check => ({
  area: 'connections',
  name: `cluster of ${name}`,
  look: async () => {
    const { namespace, traffic } = environment;
    const cluster = examineCluster(environment);
    const told = (about: string, found: Found): Finding => ({
      ...{ area: 'connections', name: `${about} of ${name}` },
      ...found,
    });
    const version = await cluster.version();
    const context = cluster.context();
    refuseOldCluster(version, context);
    const here = ok(`Kubernetes ${version.name} by context ${context}, namespace ${namespace}`);
    if ((await cluster.namespaceExists()) === false)
      return [told('cluster', noNamespace(context, namespace))];
    const monitored = await cluster.has({ apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor' });
    const needed = permissionsFor(traffic.kind, monitored);
    const answers = await judgeAnswers(environment, await armsOf(cluster, name));
    return [
      told('cluster', here),
      told('traffic', await judgeTraffic(cluster, traffic.kind)),
      told('rights', judgeRights(needed, await missingRights(cluster, needed), { context, namespace })),
      told('metrics', ok(judgeMetrics(monitored))),
      ...(answers === null ? [] : [told('answers', answers)]),
    ];
  },
});

/** Where we may not look, the rights that lack are told. */
const armsOf = (cluster: ClusterExamination, name: string): ReturnType<typeof servedArms> =>
  servedArms(cluster, name).catch((error: unknown) => {
    if (error instanceof LonghaulError && error.type === 'NotPermitted') return [];
    throw error;
  });

const noNamespace = (context: string, namespace: string): Found =>
  problem(
    `there is no namespace ${namespace} on ${context}`,
    `Make it: kubectl --context ${context} create namespace ${namespace}`,
  );

const judgeMetrics = (monitored: boolean): string =>
  monitored
    ? 'a ServiceMonitor tells the Prometheus operator of the replicas'
    : 'no ServiceMonitor on this cluster: Prometheus has to find the pods itself';

/** Kinds that the router writes, in the versions that it knows. */
const routerKinds = {
  istio: ['networking.istio.io/v1 VirtualService', 'networking.istio.io/v1beta1 VirtualService'],
  gateway: ['gateway.networking.k8s.io/v1 HTTPRoute'],
  service: [],
} as const;

async function judgeTraffic(
  cluster: ClusterExamination,
  kind: KubernetesEnvironment['traffic']['kind'],
): Promise<Found> {
  if (kind === 'service') return ok('split by shares of replicas, without a mesh: coarse');
  for (const one of routerKinds[kind]) {
    const [apiVersion = '', name = ''] = one.split(' ');
    if (await cluster.has({ apiVersion, kind: name })) return ok(`${name} of ${apiVersion}`);
  }
  return problem(
    `the cluster does not know ${routerKinds[kind].join(', nor ')}`,
    kind === 'istio'
      ? 'Install Istio, or set `traffic.kind` of the environment to another.'
      : 'Install the Gateway API and a gateway, or set `traffic.kind` of the environment to another.',
  );
}

/** The permissions that are needed, each with the verbs alone that are not given. */
async function missingRights(
  cluster: ClusterExamination,
  needed: readonly Permission[],
): Promise<readonly Permission[]> {
  const isMissing = async (right: Right): Promise<boolean> => !(await cluster.isAllowed(right));
  const asked = needed.map(async (permission) => {
    const { group, resource } = permission;
    const missing = await Promise.all(
      permission.verbs.map(async (verb) => ((await isMissing({ group, resource, verb })) ? [verb] : [])),
    );
    return { ...permission, verbs: missing.flat() };
  });
  return (await Promise.all(asked)).filter(({ verbs }) => verbs.length > 0);
}

export function judgeRights(
  needed: readonly Permission[],
  missing: readonly Permission[],
  { context, namespace }: { readonly context: string; readonly namespace: string },
): Found {
  if (missing.length === 0) return ok(`all that is needed, on ${needed.length} kinds of objects`);
  const lacking = missing.map(({ verbs, resource }) => `${verbs.join(', ')} ${resource}`).join('; ');
  return problem(
    `may not ${lacking}`,
    `Put your account into k8s/deploy/role.yaml, then: kubectl --context ${context} --namespace ${namespace} apply -f k8s/deploy/role.yaml`,
  );
}
