import type { ServerConfig } from '../config/server-config.ts';
import { isLoopback } from '../config/loopback.ts';
import type { ServiceName, StackSettings } from './supervisor/desired-state.ts';
import type { Tools } from './tools.ts';

/** Long enough for the answers that are under way, short enough not to be noticed in a release. */
const drainMs = 1_000;

/**
 * The one-machine stack that the operator's file asks for, with the programs that are on this machine.
 *
 * @param scrapeJobs by which its Prometheus finds replicas on clusters
 */
export function stackSettings(
  server: ServerConfig,
  tools: Tools,
  scrapeJobs: StackSettings['scrapeJobs'] = [],
): StackSettings {
  const services = servicesHere(server);
  return {
    services,
    programs: {
      temporal: services.includes('temporal') ? tools.temporal : '',
      mlflowPython: services.includes('mlflow') ? tools.servicesPython : '',
      prometheus: tools.prometheus,
      envoy: tools.envoy,
    },
    ports: server.local.ports,
    mlflowHost: server.local.mlflowHost,
    temporalNamespace: server.temporal.namespace,
    environments: Object.fromEntries(
      Object.entries(server.environments).flatMap(([name, environment]) =>
        environment.target === 'local' ? [[name, { port: environment.port }]] : [],
      ),
    ),
    scrapeJobs,
    secrets: server.secrets,
    drainMs,
  };
}

/** Temporal and MLflow run here unless the operator's file says that they are on another machine. */
function servicesHere({ temporal, mlflow, local }: ServerConfig): ServiceName[] {
  return [
    ...(isLoopback(`tcp://${temporal.address}`) ? (['temporal'] as const) : []),
    ...(isLoopback(mlflow.trackingUri) || URL.parse(mlflow.trackingUri)?.hostname === local.mlflowHost
      ? (['mlflow'] as const)
      : []),
    'prometheus',
    'envoy',
  ];
}
