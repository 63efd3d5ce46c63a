import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { LonghaulError } from '../core/errors.ts';
import { formatProblems } from './format-problems.ts';
import { checkSchema } from './schema-problems.ts';
import { checkEnvironments } from './server-checks.ts';
import type { EnvironmentConfig, SecretSource, ServerConfig } from './server-config.ts';
import { serverConfigSchema } from './server-config.ts';
import { readYaml } from './yaml-source.ts';

/** Reads the operator's file. @throws LonghaulError InvalidConfig, with every problem's line, or when there is no file */
export function loadServerConfig(path: string): ServerConfig {
  const source = readYaml(basename(path), readText(path));
  const checked = checkSchema(serverConfigSchema, source);
  const problems = checked.ok ? checkEnvironments(checked.value, source) : checked.problems;
  if (checked.ok && problems.length === 0) return resolvePaths(checked.value, dirname(resolve(path)));
  throw new LonghaulError('InvalidConfig', `${path} is not valid:\n${formatProblems(problems)}`);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new LonghaulError('InvalidConfig', `The operator's file ${path} cannot be read.`, {
      mend: '`longhaul up` writes one; LONGHAUL_HOME says in which folder.',
      cause,
    });
  }
}

function resolvePaths(config: ServerConfig, folder: string): ServerConfig {
  const resolveSecret = (secret: SecretSource): SecretSource =>
    'file' in secret ? { file: resolve(folder, secret.file) } : secret;
  const resolveKubeconfig = (environment: EnvironmentConfig): EnvironmentConfig =>
    environment.target === 'kubernetes' && environment.kubeconfig !== undefined
      ? { ...environment, kubeconfig: resolve(folder, environment.kubeconfig) }
      : environment;
  const { directory } = config.store;
  return {
    ...config,
    store: directory === undefined ? config.store : { directory: resolve(folder, directory) },
    environments: mapValues(config.environments, resolveKubeconfig),
    secrets: mapValues(config.secrets, resolveSecret),
  };
}

const mapValues = <V>(values: Readonly<Record<string, V>>, change: (value: V) => V): Record<string, V> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
