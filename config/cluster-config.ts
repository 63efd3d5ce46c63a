import { z } from 'zod';
import { httpUrl, name, url, variableName } from './fields.ts';
import { freezesSchema } from './freeze-config.ts';
import { approversSchema } from './people-config.ts';

const label = (pattern: RegExp) =>
  z
    .string()
    .regex(pattern, 'a name of lower-case letters, digits and hyphens')
    .meta({ title: 'a name of lower-case letters, digits and hyphens' });
const namespaceName = label(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);
/** With room for what is added to it, such as `-candidate`. */
const serviceName = label(/^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/);
const objectName = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'a name of lower-case letters, digits, hyphens and dots')
  .meta({ title: 'a name of lower-case letters, digits, hyphens and dots' });

const istio = z.strictObject({
  kind: z.literal('istio').describe('Weights of an Istio VirtualService, subsets of a DestinationRule.'),
  virtualService: objectName
    .optional()
    .describe(
      'The VirtualService whose weights are set. Default: one of the Service’s name, made where there is none.',
    ),
  destinationRule: objectName
    .optional()
    .describe(
      'The DestinationRule that holds the subsets. Default: one of the Service’s name, made where there is none.',
    ),
  gateways: z
    .array(z.string().min(1))
    .default([])
    .describe('Gateways of a VirtualService that is made: `namespace/name`. Default: the mesh alone.'),
  hosts: z
    .array(z.string().min(1))
    .optional()
    .describe('Hosts of a VirtualService that is made. Default: the Service’s name.'),
});

const gateway = z.strictObject({
  kind: z.literal('gateway').describe('Weights of a Gateway API HTTPRoute.'),
  httpRoute: objectName
    .optional()
    .describe(
      'The HTTPRoute whose weights are set. Default: one of the Service’s name, made where there is none.',
    ),
  parent: z.string().min(1).optional().describe('Gateway of an HTTPRoute that is made: `namespace/name`.'),
  hosts: z.array(z.string().min(1)).optional().describe('Hosts of an HTTPRoute that is made. Default: all.'),
});

const service = z.strictObject({
  kind: z
    .literal('service')
    .describe(
      'No mesh: a canary by the share of replicas, which is coarse; blue-green by the Service’s selector.',
    ),
});

const pullSecrets = z.array(objectName).default([]).describe('Secrets that images are pulled with.');

/** Where an environment on a Kubernetes cluster is, as the operator says it. */
export const kubernetesEnvironment = z
  .strictObject({
    target: z.literal('kubernetes').describe('What serves models here: `kubernetes`, a cluster.'),
    kubeconfig: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Kubeconfig file, relative to this one. Default: KUBECONFIG of the workers, `~/.kube/config`, or the pod’s own account.',
      ),
    context: z.string().min(1).optional().describe('Context in the kubeconfig. Default: its current one.'),
    namespace: namespaceName.describe('Namespace of the served model. It must exist.'),
    service: serviceName
      .optional()
      .describe(
        'Name of the Service and of the stable Deployment, 40 characters at most. Default: made from the model’s name.',
      ),
    baseUrl: httpUrl.describe('Where users, the tests of a release and the workers reach the model.'),
    previewUrl: httpUrl
      .optional()
      .describe(
        'Where a blue-green release reaches the preview Service: its tests, and itself, to see before the switch that the candidate’s version answers. Default: the name of the Service, which tests of workers in the cluster reach; the version is then not asked for.',
      ),
    previewHeaders: z
      .record(z.string().min(1), z.string())
      .optional()
      .describe(
        'Headers that a request to `previewUrl` needs; the preview’s tests get them as BASE_HEADERS. Default: `headers`, but `host`.',
      ),
    headers: z
      .record(z.string().min(1), z.string())
      .default({})
      .describe(
        'Headers that a request to `baseUrl` needs to reach the model, such as `host`; the tests of a release get them as BASE_HEADERS, a JSON object.',
      ),
    traffic: z
      .discriminatedUnion('kind', [istio, gateway, service])
      .prefault({ kind: 'service' })
      .describe('Who splits the traffic.'),
    prometheus: url.describe('Prometheus that scrapes the served models of this environment.'),
    mlflow: url
      .optional()
      .describe(
        'Address of MLflow as pods reach it, to fetch the model’s files. Default: `mlflow.trackingUri` of this file.',
      ),
    imagePullSecrets: pullSecrets,
    serviceAccount: objectName
      .optional()
      .describe('Service account of the replicas. Default: the namespace’s.'),
    secrets: z
      .record(
        variableName,
        z.strictObject({
          secret: objectName.describe('Name of the Secret in the namespace.'),
          key: z.string().min(1).describe('Key in it.'),
        }),
      )
      .default({})
      .describe(
        'Where the secrets that a server asks for by name are on the cluster; Longhaul never reads their values.',
      ),
    nodeSelector: z
      .record(z.string(), z.string())
      .default({})
      .describe('Labels of the nodes that may run replicas. Default: all nodes.'),
    tolerations: z
      .array(
        z.strictObject({
          key: z.string().min(1).describe('Key of the taint.'),
          value: z.string().optional().describe('Value of the taint. Default: any.'),
          effect: z
            .enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])
            .optional()
            .describe('Effect of the taint. Default: any.'),
        }),
      )
      .default([])
      .describe('Taints that replicas tolerate, such as those of GPU nodes.'),
    runAsNonRoot: z
      .boolean()
      .default(false)
      .describe(
        'Whether images that run as root are refused, as namespaces with the `restricted` Pod Security Standard want it.',
      ),
    monitorLabels: z
      .record(z.string().min(1), z.string())
      .default({})
      .describe(
        'Labels of the ServiceMonitor, which the Prometheus Operator chooses it by. Without that operator in the cluster there is none.',
      ),
    freezes: freezesSchema,
    overlays: z
      .array(name)
      .default([])
      .describe(
        'Further files of the repository’s `environments/`, by name, laid over the environment’s own in this order.',
      ),
    approvers: approversSchema,
  })
  .describe('An environment on a Kubernetes cluster.');

export type KubernetesEnvironment = z.output<typeof kubernetesEnvironment>;
