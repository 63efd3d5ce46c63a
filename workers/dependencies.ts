import type { Client } from '@temporalio/client';
import { createCaches } from '../activities/caches/index.ts';
import type { Caches } from '../activities/caches/index.ts';
import { createPrometheusSource } from '../activities/metrics/index.ts';
import { createNotifier } from '../activities/notify/index.ts';
import { createMlflowRegistry } from '../activities/registry/index.ts';
import type { EnvironmentTarget } from '../activities/rollout/index.ts';
import { prepareArm } from '../activities/rollout/prepare-arm.ts';
import type { ArmSources } from '../activities/rollout/prepare-arm.ts';
import { createArtifactStore } from '../activities/store/index.ts';
import { createWorkspace } from '../activities/workspace/index.ts';
import type { Workspace } from '../activities/workspace/index.ts';
import { followServerConfig } from '../config/follow-server.ts';
import { frontDoorSecrets } from '../config/front-door-secrets.ts';
import type { FreezeWindow } from '../config/freeze-config.ts';
import type { EnvironmentConfig, ServerConfig } from '../config/server-config.ts';
import { LonghaulError } from '../core/errors.ts';
import type { ArtifactStore } from '../core/ports/artifact-store.ts';
import type { Forge } from '../core/ports/forge.ts';
import type { MetricSource } from '../core/ports/metric-source.ts';
import type { ModelRegistry } from '../core/ports/model-registry.ts';
import type { Notifier } from '../core/ports/notifier.ts';
import type { ClusterPlace } from '../k8s/api/credentials.ts';
import { createCluster } from '../k8s/api/create-cluster.ts';
import { createKubernetesTarget } from '../k8s/target/index.ts';
import { homePaths } from '../local/home.ts';
import type { HomePaths } from '../local/home.ts';
import { createSecrets } from '../local/secrets.ts';
import { createEnvoyRouter } from '../local/target/envoy-router.ts';
import { createLocalTarget } from '../local/target/local-target.ts';
import { findTools } from '../local/tools.ts';
import type { Tools } from '../local/tools.ts';
import { forgeOf } from './front-door.ts';

/** Everything that activities rest on, each implementation chosen by the operator's file. */
export interface Dependencies {
  /** As it was when the worker started. */
  readonly config: ServerConfig;
  /** The same with the projects that are served now, and with the people and approvers of now. */
  readonly serving: () => ServerConfig;
  /** As the operator's file has them now. */
  readonly freezesOf: (environment: string) => readonly FreezeWindow[];
  readonly home: HomePaths;
  readonly tools: Tools;
  readonly caches: Caches;
  readonly store: ArtifactStore;
  readonly workspace: Workspace;
  readonly registry: ModelRegistry;
  /** @throws LonghaulError NotPermitted for an environment that the operator's file does not have */
  readonly metricSource: (environment: string) => MetricSource;
  /** @throws LonghaulError NotPermitted likewise */
  readonly targetOf: (environment: string) => EnvironmentTarget;
  /** Null where the operator's file has no `github`. */
  readonly forge: Forge | null;
  /** Null where the operator's file has no `slack`. */
  readonly notifier: Notifier | null;
}

/** What a worker's activities are made of. */
export type WorkerParts = Dependencies & { readonly client: Client };

/** @throws LonghaulError InvalidConfig */
export function createDependencies(serverFile: string): Dependencies {
  const current = followServerConfig(serverFile);
  const config = current();
  const home = homePaths();
  const tools = findTools();
  const store = createArtifactStore({ store: config.store, home });
  const workspace = createWorkspace({
    home,
    projects: () => current().projects,
    store,
    secrets: config.secrets,
    uv: () => tools.uv,
  });
  const registry = registries[config.mlflow.mode](config.mlflow.trackingUri);
  const tell = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  return {
    config,
    serving: () => granting(config, current()),
    freezesOf: (environment) => current().environments[environment]?.freezes ?? [],
    home,
    tools,
    caches: createCaches({ home, limit: config.caches.limit, tell }),
    store,
    workspace,
    registry,
    metricSource: (environment) =>
      createPrometheusSource({ url: environmentOf(config, environment).prometheus }),
    targetOf: once((environment) =>
      targetIn(environmentOf(config, environment), {
        ...{ home, registry, store, trackingUri: config.mlflow.trackingUri },
        ...workspace,
        knownSecrets: () => knownSecretValues(config),
      }),
    ),
    forge: forgeOf(config),
    notifier: createNotifier({ slack: config.slack, tell }),
  };
}

/** What may be granted and taken back while a worker runs. */
const granting = (config: ServerConfig, now: ServerConfig): ServerConfig => ({
  ...config,
  projects: now.projects,
  people: now.people,
  environments: Object.fromEntries(
    Object.entries(config.environments).map(([name, environment]) => [
      name,
      { ...environment, approvers: now.environments[name]?.approvers ?? {} },
    ]),
  ),
});

/** The values of all secrets that have one now, for masking logs; what has none cannot leak. */
export async function knownSecretValues(config: ServerConfig): Promise<readonly string[]> {
  const sources = { ...config.secrets, ...frontDoorSecrets(config) };
  const secrets = createSecrets({ sources });
  const values = await Promise.allSettled(Object.keys(sources).map((name) => secrets.resolve([name])));
  return values.flatMap((value) => (value.status === 'fulfilled' ? Object.values(value.value) : []));
}

/** By the `mlflow.mode` of the operator's file. */
const registries: Readonly<Record<ServerConfig['mlflow']['mode'], (trackingUri: string) => ModelRegistry>> = {
  aliases: (trackingUri) => createMlflowRegistry({ trackingUri }),
};

/** By the `target` of the operator's file. */
function targetIn(
  environment: EnvironmentConfig,
  sources: ArmSources & {
    readonly store: ArtifactStore;
    readonly trackingUri: string;
    readonly knownSecrets: () => Promise<readonly string[]>;
  },
): EnvironmentTarget {
  switch (environment.target) {
    case 'local':
      return {
        prepare: (arm, tell) => prepareArm(sources, arm, tell),
        target: createLocalTarget(sources.home),
        router: createEnvoyRouter(sources.home),
      };
    case 'kubernetes':
      return createKubernetesTarget({
        ...sources,
        environment,
        cluster: createCluster(placeOf(environment), sources.knownSecrets),
      });
  }
}

const placeOf = ({
  kubeconfig,
  context,
  namespace,
}: Extract<EnvironmentConfig, { readonly target: 'kubernetes' }>): ClusterPlace => ({
  namespace,
  ...(kubeconfig === undefined ? {} : { kubeconfig }),
  ...(context === undefined ? {} : { context }),
});

/** Each answer made once: connections and watches of a cluster are kept from one activity to the next. */
function once<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>();
  return (name) => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const value = make(name);
    made.set(name, value);
    return value;
  };
}

function environmentOf({ environments }: ServerConfig, name: string): EnvironmentConfig {
  const environment = Object.hasOwn(environments, name) ? environments[name] : undefined;
  if (environment !== undefined) return environment;
  throw new LonghaulError('NotPermitted', `The operator's file has no environment \`${name}\`.`, {
    mend: `It has: ${Object.keys(environments).join(', ')}.`,
  });
}
