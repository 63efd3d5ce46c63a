import { statSync } from 'node:fs';
import { loadServerConfig } from './load-server.ts';
import type { ServerConfig } from './server-config.ts';

/**
 * The operator's file as it stands, for what may change while a worker runs: it is read again when it was written to.
 * A file that is wrong for the moment, or gone, counts as it was before.
 * @param path absolute, or relative to the current folder
 * @throws LonghaulError InvalidConfig when it cannot be read at first
 */
export function followServerConfig(path: string): () => ServerConfig {
  let seen = stateOf(path);
  let config = loadServerConfig(path);
  return () => {
    const state = stateOf(path);
    if (state === seen) return config;
    seen = state;
    try {
      config = loadServerConfig(path);
    } catch {
      // What was valid goes on to hold; whoever starts next is told what is wrong.
    }
    return config;
  };
}

function stateOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? '' : `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
}
