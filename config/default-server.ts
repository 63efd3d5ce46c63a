import { stringify } from 'yaml';
import type { SecretSource } from './secret-source.ts';
import type { LocalPorts } from './server-config.ts';

/** What differs from machine to machine in the operator's file of a one-machine stack. */
export interface LocalServer {
  readonly ports: LocalPorts;
  readonly stagingPort: number;
  readonly productionPort: number;
  /** Git URLs by `owner/repo`. */
  readonly projects: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, SecretSource>>;
  /** Further files of the repositories' `environments/` that are laid over production's own. */
  readonly productionOverlays: readonly string[];
}

/** Ports that the stack has where nothing else is asked for. */
const defaultLocalServer: LocalServer = {
  ports: { temporal: 7233, temporalUi: 8233, mlflow: 5000, prometheus: 9090, envoyAdmin: 9901 },
  stagingPort: 8101,
  productionPort: 8102,
  projects: {},
  secrets: {},
  productionOverlays: [],
};

/** Text of an operator's file, with comments, for a machine that has none yet. */
export function defaultServerYaml(given: Partial<LocalServer> = {}): string {
  const server = { ...defaultLocalServer, ...given };
  const { ports, projects, secrets } = server;
  const projectUrls = Object.fromEntries(Object.entries(projects).map(([id, url]) => [id, { url }]));
  const environment = (port: number, overlays: readonly string[]): string =>
    `{ target: local, port: ${port}, prometheus: http://127.0.0.1:${ports.prometheus}, overlays: [${overlays.join(', ')}] }`;
  return `# The operator's file: which repositories are served, where everything is, which secrets exist.
# A repository asks for these by name and can never say where they are. All keys: docs/configuration.md
version: 1

# TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and Temporal's own profiles win over this.
temporal: { address: 127.0.0.1:${ports.temporal}, namespace: longhaul }
mlflow: { trackingUri: http://127.0.0.1:${ports.mlflow}, mode: aliases }

# Most that Python environments, downloads, model hubs and data may take on this machine: \`longhaul cache\`.
caches: { limit: 20GiB }

# By the name that their longhaul.yaml gives as \`project\`: { url: https://…, ssh://… or file:///… }
${section('projects', projectUrls)}
# Releases go through staging to production. \`overlays\`: further files of the repository's
# environments/ folder, laid over the environment's own.
environments:
  staging: ${environment(server.stagingPort, [])}
  production: ${environment(server.productionPort, server.productionOverlays)}

# By name, each from a file (relative to this one) or from an environment variable of the workers:
#   API_TOKEN: { file: secrets/api-token }
#   API_TOKEN: { env: API_TOKEN }
${section('secrets', secrets)}
# The servers that \`longhaul up\` starts, all on 127.0.0.1.
local:
  ports: { ${Object.entries(ports)
    .map(([name, port]) => `${name}: ${port}`)
    .join(', ')} }
`;
}

const section = (name: string, entries: Readonly<Record<string, object>>): string =>
  stringify({ [name]: entries }, { lineWidth: 0 });
