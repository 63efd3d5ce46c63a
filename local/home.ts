import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Every path below LONGHAUL_HOME, so that no other file spells one. */
export interface HomePaths {
  readonly root: string;
  /** The operator's file. */
  readonly serverConfig: string;
  readonly artifacts: string;
  readonly documents: string;
  readonly mirrors: string;
  readonly worktrees: string;
  readonly pythonEnvironments: string;
  readonly dvcCache: string;
  /** Downloads of uv and pip, model hubs; what holds and limits the caches. */
  readonly caches: string;
  readonly models: string;
  readonly served: string;
  readonly desired: string;
  readonly observed: string;
  readonly supervisor: string;
  readonly temporal: string;
  readonly mlflow: string;
  readonly prometheus: string;
  readonly envoy: string;
  readonly workers: string;
  /** What is known of the webhook server's process. */
  readonly webhooks: string;
  /** Files of Prometheus's file discovery, one a worker. */
  readonly workerTargets: string;
  readonly logs: string;
  readonly secrets: string;
}

/** LONGHAUL_HOME, or `.longhaul` in the user's home. */
export function homeFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const given = environment['LONGHAUL_HOME'];
  return given === undefined || given === '' ? join(homedir(), '.longhaul') : resolve(given);
}

export function homePaths(root: string = homeFolder()): HomePaths {
  const at = (...parts: readonly string[]): string => join(root, ...parts);
  return {
    root,
    serverConfig: at('longhaul.server.yaml'),
    artifacts: at('artifacts'),
    documents: at('documents'),
    mirrors: at('mirrors'),
    worktrees: at('worktrees'),
    pythonEnvironments: at('python'),
    dvcCache: at('dvc-cache'),
    caches: at('caches'),
    models: at('models'),
    served: at('served'),
    desired: at('supervisor', 'desired.json'),
    observed: at('supervisor', 'observed.json'),
    supervisor: at('supervisor'),
    temporal: at('temporal'),
    mlflow: at('mlflow'),
    prometheus: at('prometheus'),
    envoy: at('envoy'),
    workers: at('workers'),
    webhooks: at('webhooks'),
    workerTargets: at('prometheus', 'workers'),
    logs: at('logs'),
    secrets: at('secrets'),
  };
}

/** The log of one attempt of a step, written while it runs. `run` is the run's workflow id, `attempt` starts at 1. */
export function stepLogPath(logs: string, run: string, step: string, attempt: number): string {
  return join(logs, run, step, `${attempt}.log`);
}
