/** What a schema cannot say of the operator's file: how environments on clusters go with the rest. */
import type { KubernetesEnvironment } from './cluster-config.ts';
import { isLoopback } from './loopback.ts';
import type { Problem } from './problem.ts';
import type { ServerConfig } from './server-config.ts';
import type { YamlSource } from './yaml-source.ts';

type Named = readonly [name: string, environment: KubernetesEnvironment];

/** Problems with the environments on clusters: what their pods cannot reach, and two in one place. */
export function checkEnvironments(config: ServerConfig, source: YamlSource): readonly Problem[] {
  const clusters = Object.entries(config.environments).flatMap(([name, environment]): readonly Named[] =>
    environment.target === 'kubernetes' ? [[name, environment]] : [],
  );
  return clusters.flatMap((named, index) => [
    ...unreachableMlflow(named, config, source),
    ...sharedPlace(named, clusters.slice(0, index), source),
  ]);
}

function unreachableMlflow(
  [name, { mlflow }]: Named,
  config: ServerConfig,
  source: YamlSource,
): readonly Problem[] {
  const place = ['environments', name];
  const hint = 'give the address by which pods of the cluster reach MLflow';
  if (mlflow !== undefined)
    return isLoopback(mlflow)
      ? [source.problem([...place, 'mlflow'], `is ${mlflow}, which in a pod is the pod itself`, hint)]
      : [];
  if (!isLoopback(config.mlflow.trackingUri)) return [];
  const message = `has no \`mlflow\`, and mlflow.trackingUri, ${config.mlflow.trackingUri}, is in a pod the pod itself`;
  return [source.keyProblem(place, message, `add \`mlflow\`: ${hint}`)];
}

function sharedPlace([name, own]: Named, before: readonly Named[], source: YamlSource): readonly Problem[] {
  const other = before.find(
    ([, { kubeconfig, context, namespace, service }]) =>
      namespace === own.namespace &&
      service === own.service &&
      kubeconfig === own.kubeconfig &&
      context === own.context,
  );
  if (other === undefined) return [];
  const message = `is ${own.namespace}, as of ${other[0]}: the model of one would replace that of the other`;
  return [
    source.problem(
      ['environments', name, 'namespace'],
      message,
      'give another, or another name as `service`',
    ),
  ];
}
