import { isMapping } from '../../../config/overlays.ts';
import type { Problem } from '../../../config/problem.ts';
import { httpPort } from '../containers.ts';
import type { ArmInSlot } from '../given.ts';
import type { OwnObject } from './read-objects.ts';

/** What a release may not put on a cluster for a project, and what it needs to release its server. */
export function judgeObjects(
  objects: readonly OwnObject[],
  folder: string,
  { environment, lane }: Pick<ArmInSlot, 'environment' | 'lane'>,
): readonly Problem[] {
  const deployments = objects.filter(({ manifest }) => manifest.kind === 'Deployment');
  return [
    ...objects.flatMap((object) => refusal(object, environment.namespace, lane.environment)),
    ...deployments
      .slice(1)
      .map((second) => problemOf(second, 'is a second Deployment', 'leave one: a release has one server')),
    ...twice(objects),
    ...(deployments[0] === undefined ? [noDeployment(folder)] : serverProblems(deployments[0])),
  ];
}

function refusal(object: OwnObject, namespace: string, environment: string): readonly Problem[] {
  const { kind, apiVersion, metadata, ...fields } = object.manifest;
  const problems: Problem[] = [];
  if (metadata.namespace !== undefined && metadata.namespace !== namespace)
    problems.push(
      problemOf(
        object,
        `is for the namespace ${metadata.namespace}, and ${environment} is in ${namespace}`,
        'leave the namespace out, or write `${NAMESPACE}`',
      ),
    );
  if (ofTheCluster.has(kind))
    problems.push(
      problemOf(object, 'belongs to the whole cluster', 'let the operator of the cluster apply it'),
    );
  if (kind === 'Secret' && (fields['data'] !== undefined || fields['stringData'] !== undefined))
    problems.push(
      problemOf(
        object,
        'has values in the repository',
        'let the operator make the Secret in the namespace, and refer to it by name',
      ),
    );
  if (routes.has(`${kind} ${apiVersion.split('/')[0] ?? ''}`))
    problems.push(
      problemOf(
        object,
        'is a route, whose weights a release changes',
        'apply it once by hand, and let the operator name it in `traffic` of the environment',
      ),
    );
  return problems;
}

/** Of what the API server keeps by name, two would be one. */
function twice(objects: readonly OwnObject[]): readonly Problem[] {
  const seen = new Set<string>();
  return objects.flatMap((object) => {
    const { kind, apiVersion, metadata } = object.manifest;
    const key = `${kind} ${apiVersion} ${metadata.name}`;
    if (!seen.has(key)) {
      seen.add(key);
      return [];
    }
    return [problemOf(object, 'is there twice', 'leave one of them')];
  });
}

/** What a release rests on: a port to send to, replicas that say when they can answer, and old ones that wait for new. */
function serverProblems(deployment: OwnObject): readonly Problem[] {
  const containers = listAt(at(deployment.manifest, ['spec', 'template', 'spec']), 'containers');
  const serving = containers.find((container) =>
    listAt(container, 'ports').some((port) => at(port, ['name']) === httpPort),
  );
  return [
    ...(serving === undefined
      ? [
          problemOf(
            deployment,
            `has no container port named \`${httpPort}\``,
            `name the one that serves: \`ports: [{ name: ${httpPort}, containerPort: … }]\``,
          ),
        ]
      : []),
    ...(serving !== undefined && at(serving, ['readinessProbe']) === undefined
      ? [
          problemOf(
            deployment,
            'has no readinessProbe: new replicas would get requests before they can answer',
            `give the container of the port one: \`readinessProbe: { httpGet: { path: …, port: ${httpPort} } }\``,
          ),
        ]
      : []),
    ...(at(deployment.manifest, ['spec', 'strategy', 'type']) === 'Recreate'
      ? [
          problemOf(
            deployment,
            'has the strategy Recreate: nobody would answer between the old replicas and the new',
            'write `strategy: { type: RollingUpdate }`, or leave it out',
          ),
        ]
      : []),
  ];
}

/** The port by the name that serves, of a template that has one. */
export const servingPort = (template: unknown): number =>
  listAt(at(template, ['spec']), 'containers')
    .flatMap((container) => listAt(container, 'ports'))
    .flatMap((port) => (at(port, ['name']) === httpPort ? [Number(at(port, ['containerPort']))] : []))[0] ??
  NaN;

const noDeployment = (folder: string): Problem => ({
  ...{ file: folder, line: 1, column: 1, key: '' },
  message: 'has no Deployment in its files (*.yaml, *.yml)',
  hint: 'add the one of the model’s server',
});

const problemOf = ({ manifest, file, line }: OwnObject, message: string, hint: string): Problem => ({
  ...{ file, line, column: 1, message, hint },
  key: `${manifest.kind} ${manifest.metadata.name}`,
});

export const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((found, key) => (isMapping(found) ? found[key] : undefined), value);

const listAt = (value: unknown, key: string): readonly unknown[] => {
  const found = at(value, [key]);
  return Array.isArray(found) ? found : [];
};

const ofTheCluster: ReadonlySet<string> = new Set([
  'APIService',
  'CertificateSigningRequest',
  'ClusterIssuer',
  'ClusterRole',
  'ClusterRoleBinding',
  'CSIDriver',
  'CustomResourceDefinition',
  'GatewayClass',
  'IngressClass',
  'MutatingWebhookConfiguration',
  'Namespace',
  'Node',
  'PersistentVolume',
  'PriorityClass',
  'RuntimeClass',
  'StorageClass',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ValidatingWebhookConfiguration',
  'VolumeSnapshotClass',
]);

const routes: ReadonlySet<string> = new Set([
  'VirtualService networking.istio.io',
  'DestinationRule networking.istio.io',
  'HTTPRoute gateway.networking.k8s.io',
]);
