import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { defaultServerYaml } from '../../config/default-server.ts';
import type { HomePaths } from '../../local/home.ts';

/** The demo's operator's file, with a fresh token and ports that are free. Resolves to the token. */
export async function writeServerFile(home: HomePaths, repositoryUrl: string): Promise<string> {
  const token = randomBytes(16).toString('hex');
  mkdirSync(home.secrets, { recursive: true, mode: 0o700 });
  writeFileSync(join(home.secrets, 'api-token'), token, { mode: 0o600 });
  const taken = new Set<number>();
  const free = (preferred: number): Promise<number> => freePort(preferred, taken);
  const yaml = defaultServerYaml({
    projects: { 'longhaul/flights': repositoryUrl },
    secrets: { API_TOKEN: { file: 'secrets/api-token' } },
    ports: {
      temporal: await free(7233),
      temporalUi: await free(8233),
      mlflow: await free(5000),
      prometheus: await free(9090),
      envoyAdmin: await free(9901),
    },
    stagingPort: await free(8101),
    productionPort: await free(8102),
    productionOverlays: ['demo'],
  });
  mkdirSync(dirname(home.serverConfig), { recursive: true });
  writeFileSync(home.serverConfig, yaml);
  return token;
}

/** The preferred port, or the next one above it that nothing listens on. */
async function freePort(preferred: number, taken: Set<number>): Promise<number> {
  for (let port = preferred; ; port += 1) {
    if (taken.has(port) || !(await canListen(port))) continue;
    taken.add(port);
    return port;
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
