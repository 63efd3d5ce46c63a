import type { ServerConfig } from '../config/server-config.ts';
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
      Object.entries(server.environments).map(([name, { port }]) => [name, { port }]),
    ),
    secrets: server.secrets,
    drainMs,
  };
}

/** Temporal and MLflow run here unless the operator's file says that they are on another machine. */
function servicesHere({ temporal, mlflow }: ServerConfig): ServiceName[] {
  return [
    ...(isHere(`tcp://${temporal.address}`) ? (['temporal'] as const) : []),
    ...(isHere(mlflow.trackingUri) ? (['mlflow'] as const) : []),
    'prometheus',
    'envoy',
  ];
}

function isHere(address: string): boolean {
  const host = URL.parse(address)?.hostname ?? '';
  return host === 'localhost' || host === '[::1]' || host.startsWith('127.');
}
