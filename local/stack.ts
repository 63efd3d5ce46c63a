import type { ServerConfig } from '../config/server-config.ts';
import { isLoopback } from '../config/loopback.ts';
import type { ServiceName, StackSettings } from './supervisor/desired-state.ts';
import type { Tools } from './tools.ts';

/** Long enough for the answers that are under way, short enough not to be noticed in a release. */
const drainMs = 1_000;

/** The one-machine stack that the operator's file asks for, with the programs that are on this machine. */
export function stackSettings(server: ServerConfig, tools: Tools): StackSettings {
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
    temporalNamespace: server.temporal.namespace,
    environments: Object.fromEntries(
      Object.entries(server.environments).flatMap(([name, environment]) =>
        environment.target === 'local' ? [[name, { port: environment.port }]] : [],
      ),
    ),
    secrets: server.secrets,
    drainMs,
  };
}

/** Temporal and MLflow run here unless the operator's file says that they are on another machine. */
function servicesHere({ temporal, mlflow }: ServerConfig): ServiceName[] {
  return [
    ...(isLoopback(`tcp://${temporal.address}`) ? (['temporal'] as const) : []),
    ...(isLoopback(mlflow.trackingUri) ? (['mlflow'] as const) : []),
    'prometheus',
    'envoy',
  ];
}
