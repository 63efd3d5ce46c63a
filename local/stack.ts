import type { ServerConfig } from '../config/server-config.ts';
import type { StackSettings } from './supervisor/desired-state.ts';
import type { Tools } from './tools.ts';

/** Long enough for the answers that are under way, short enough not to be noticed in a release. */
const drainMs = 1_000;

/** The one-machine stack that the operator's file asks for, with the programs that are on this machine. */
export function stackSettings(server: ServerConfig, tools: Tools): StackSettings {
  return {
    programs: {
      temporal: tools.temporal,
      prometheus: tools.prometheus,
      envoy: tools.envoy,
      mlflowPython: tools.servicesPython,
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
