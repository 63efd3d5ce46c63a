import { resolve } from 'node:path';
import type { SecretSource } from './secret-source.ts';
import type { ServerConfig } from './server-config.ts';

/** The operator's file with its relative paths resolved against its folder: files of secrets, kubeconfigs, the store. */
export function resolvePaths(config: ServerConfig, folder: string): ServerConfig {
  const secret = (source: SecretSource): SecretSource =>
    'file' in source ? { file: resolve(folder, source.file) } : source;
  const { directory } = config.store;
  return {
    ...config,
    store: directory === undefined ? config.store : { directory: resolve(folder, directory) },
    environments: mapValues(config.environments, (environment) =>
      environment.target === 'kubernetes' && environment.kubeconfig !== undefined
        ? { ...environment, kubeconfig: resolve(folder, environment.kubeconfig) }
        : environment,
    ),
    secrets: mapValues(config.secrets, secret),
    ...(config.github === undefined ? {} : { github: githubPaths(config.github, secret) }),
    ...(config.slack === undefined ? {} : { slack: mapSome(config.slack, slackSecrets, secret) }),
    ...(config.webhooks === undefined ? {} : { webhooks: mapSome(config.webhooks, ['dataSecret'], secret) }),
  };
}

const slackSecrets = ['token', 'signingSecret', 'webhookUrl'] as const;

type Github = NonNullable<ServerConfig['github']>;

function githubPaths(github: Github, secret: (source: SecretSource) => SecretSource): Github {
  const { app } = github;
  return {
    ...mapSome(github, ['token', 'webhookSecret'], secret),
    ...(app === undefined ? {} : { app: { ...app, privateKey: secret(app.privateKey) } }),
  };
}

const mapValues = <V>(values: Readonly<Record<string, V>>, change: (value: V) => V): Record<string, V> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));

/** The same with the sources under `keys` changed; those that are absent stay so. */
function mapSome<K extends string, T extends Partial<Record<K, SecretSource | undefined>>>(
  config: T,
  keys: readonly K[],
  change: (source: SecretSource) => SecretSource,
): T {
  const changed = keys.flatMap((key) => {
    const source: SecretSource | undefined = config[key];
    return source === undefined ? [] : [[key, change(source)] as const];
  });
  return { ...config, ...Object.fromEntries(changed) };
}
