import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { parseDocument } from 'yaml';
import { defaultServerYaml } from '../../config/default-server.ts';
import type { LocalPorts } from '../../config/server-config.ts';
import type { HomePaths } from '../../local/home.ts';
import { loopback } from '../../local/supervisor/probe.ts';
import type { ClusterEnvironments } from './places/place.ts';

/** The demo's operator's file, with a fresh token and ports that are free. Resolves to the token. */
export async function writeServerFile(
  home: HomePaths,
  repositoryUrl: string,
  cluster: ClusterEnvironments | null = null,
): Promise<string> {
  const token = randomBytes(16).toString('hex');
  mkdirSync(home.secrets, { recursive: true, mode: 0o700 });
  writeFileSync(join(home.secrets, 'api-token'), token, { mode: 0o600 });
  const taken = new Set<number>();
  const free = (preferred: number, host = loopback): Promise<number> => freePort(preferred, host, taken);
  const ports = {
    temporal: await free(7233),
    temporalUi: await free(8233),
    mlflow: await free(5000, cluster?.mlflowHost),
    prometheus: await free(9090),
    envoyAdmin: await free(9901),
  };
  const yaml = defaultServerYaml({
    projects: { 'longhaul/flights': repositoryUrl },
    secrets: { API_TOKEN: { file: 'secrets/api-token' } },
    ports,
    stagingPort: await free(8101),
    productionPort: await free(8102),
    productionOverlays: ['demo'],
  });
  mkdirSync(dirname(home.serverConfig), { recursive: true });
  writeFileSync(home.serverConfig, cluster === null ? yaml : servedOn(cluster, yaml, ports));
  return token;
}

/** The same file with its environments on a cluster, whose pods reach MLflow. */
function servedOn(
  { mlflowHost, environments }: ClusterEnvironments,
  yaml: string,
  ports: LocalPorts,
): string {
  const document = parseDocument(yaml);
  document.setIn(['mlflow', 'trackingUri'], `http://${mlflowHost}:${ports.mlflow}`);
  document.setIn(['local', 'mlflowHost'], mlflowHost);
  document.setIn(
    ['environments'],
    document.createNode(environments(`http://${loopback}:${ports.prometheus}`)),
  );
  return document.toString();
}

/** The preferred port, or the next one above it that nothing listens on. */
async function freePort(preferred: number, host: string, taken: Set<number>): Promise<number> {
  for (let port = preferred; ; port += 1) {
    if (taken.has(port) || !(await canListen(port, host))) continue;
    taken.add(port);
    return port;
  }
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      if (code === 'EADDRNOTAVAIL') reject(new Error(`${host} is no address of this machine.`));
      else resolve(false);
    });
    server.listen(port, host, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
