import { join, resolve } from 'node:path';
import type { CacheKind } from '../../core/caches.ts';
import type { HomePaths } from '../home.ts';

/** Where each cache of a machine is. */
export type CachePlaces = Readonly<Record<CacheKind, string>>;

export type CacheHome = Pick<HomePaths, 'caches' | 'pythonEnvironments' | 'dvcCache'>;

export const cachePlaces = (home: CacheHome): CachePlaces => ({
  environments: home.pythonEnvironments,
  uv: join(home.caches, 'uv'),
  pip: join(home.caches, 'pip'),
  hub: join(home.caches, 'hub'),
  torch: join(home.caches, 'torch'),
  data: home.dvcCache,
});

/** uv's cache: the worker's own setting of it wins, and is then nothing that Longhaul limits. */
export const uvCache = (home: CacheHome, environment: NodeJS.ProcessEnv = process.env): string => {
  const given = environment['UV_CACHE_DIR'];
  return given === undefined || given === '' ? cachePlaces(home).uv : resolve(given);
};

/**
 * What a step's commands are told of the caches.
 * @param own home folder of the attempt: what a person logs in with is never in a folder that others see
 */
export function cacheVariables(home: CacheHome, own: string): Readonly<Record<string, string>> {
  const { pip, hub, torch } = cachePlaces(home);
  return {
    UV_CACHE_DIR: uvCache(home),
    PIP_CACHE_DIR: pip,
    HF_HOME: hub,
    HF_TOKEN_PATH: join(own, '.cache', 'huggingface', 'token'),
    TORCH_HOME: torch,
  };
}
