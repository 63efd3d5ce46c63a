import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { Checkouts, PythonEnvironments, Secrets } from '../../core/ports/workspace.ts';
import type { HomePaths } from '../../local/home.ts';
import type { CacheHome } from '../../local/caches/places.ts';
import { createCheckouts } from './checkouts.ts';
import { createMirrors, type Mirrors, type Projects } from './mirrors.ts';
import { createPythonEnvironments } from './python-environments.ts';
import { createSecrets, type SecretSource } from '../../local/secrets.ts';

export interface Workspace {
  readonly mirrors: Mirrors;
  readonly checkouts: Checkouts;
  readonly pythonEnvironments: PythonEnvironments;
  readonly secrets: Secrets;
}

/** All that a worker needs to give code, Python and secrets to a command. `uv` is asked for when it is first needed. */
export function createWorkspace(config: {
  readonly home: Pick<HomePaths, 'mirrors'> & CacheHome;
  readonly projects: () => Projects;
  readonly store: ArtifactStore;
  readonly secrets: Readonly<Record<string, SecretSource>>;
  readonly uv: () => string;
}): Workspace {
  const mirrors = createMirrors({
    folder: config.home.mirrors,
    projects: config.projects,
    store: config.store,
  });
  const checkouts = createCheckouts(mirrors);
  return {
    mirrors,
    checkouts,
    pythonEnvironments: createPythonEnvironments({
      home: config.home,
      uv: config.uv,
      checkouts,
      store: config.store,
    }),
    secrets: createSecrets({ sources: config.secrets }),
  };
}
