import type { KubernetesEnvironment } from '../../config/cluster-config.ts';
import type { EnvironmentConfig, ServerConfig } from '../../config/server-config.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';

/** An environment of the operator's file. @throws CommandFailure */
export function environmentOf({ environments }: ServerConfig, name: string): EnvironmentConfig {
  const environment = Object.hasOwn(environments, name) ? environments[name] : undefined;
  if (environment !== undefined) return environment;
  const names = Object.keys(environments);
  throw new CommandFailure(
    exitCodes.notFound,
    `The operator's file has no environment \`${name}\`. ${names.length === 0 ? 'It has none: add it under `environments:`.' : `It has: ${names.join(', ')}.`}`,
  );
}

/** The same, of those on a cluster. @throws CommandFailure */
export function clusterEnvironmentOf(config: ServerConfig, name: string): KubernetesEnvironment {
  const environment = environmentOf(config, name);
  if (environment.target === 'kubernetes') return environment;
  throw new CommandFailure(
    exitCodes.refused,
    `${name} is on this machine, and this command is about environments on a cluster. See what it serves with: longhaul deploy status ${name}`,
  );
}
