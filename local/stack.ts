import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { ServerConfig } from '../config/server-config.ts';
import { isLoopback } from '../config/loopback.ts';
import { podScrapeJob } from '../core/monitoring/pod-scrape-job.ts';
import type { ServiceName, StackSettings } from './supervisor/desired-state.ts';
import type { Tools } from './tools.ts';

/** Long enough for the answers that are under way, short enough not to be noticed in a release. */
const drainMs = 1_000;

/** The one-machine stack that the operator's file asks for, with the programs that are on this machine. */
export function stackSettings(server: ServerConfig, tools: Tools): StackSettings {
  const services = servicesHere(server);
  return {
    services,
    programs: {
      temporal: services.includes('temporal') ? tools.temporal : '',
      mlflowPython: services.includes('mlflow') ? tools.servicesPython : '',
      prometheus: tools.prometheus,
      envoy: tools.envoy,
    },
    ports: server.local.ports,
    mlflowHost: server.local.mlflowHost,
    temporalNamespace: server.temporal.namespace,
    environments: Object.fromEntries(
      Object.entries(server.environments).flatMap(([name, environment]) =>
        environment.target === 'local' ? [[name, { port: environment.port }]] : [],
      ),
    ),
    scrapeJobs: scrapeJobs(server),
    secrets: server.secrets,
    drainMs,
  };
}

/** For the environments on clusters that have this stack's Prometheus as theirs. */
function scrapeJobs({ environments, local }: ServerConfig): StackSettings['scrapeJobs'] {
  return Object.entries(environments).flatMap(([name, environment]) => {
    if (environment.target !== 'kubernetes' || !isHere(environment.prometheus, local.ports.prometheus))
      return [];
    const kubeconfig = environment.kubeconfig ?? defaultKubeconfig();
    const { namespace } = environment;
    return [
      podScrapeJob({ environment: name, namespace, ...(kubeconfig === undefined ? {} : { kubeconfig }) }),
    ];
  });
}

const isHere = (address: string, port: number): boolean =>
  isLoopback(address) && URL.parse(address)?.port === String(port);

/** Where kubectl looks as well. */
function defaultKubeconfig(): string | undefined {
  const [first] = (process.env['KUBECONFIG'] ?? '').split(delimiter);
  return [first, join(homedir(), '.kube', 'config')].find((path) => path !== undefined && existsSync(path));
}

/** Temporal and MLflow run here unless the operator's file says that they are on another machine. */
function servicesHere({ temporal, mlflow, local }: ServerConfig): ServiceName[] {
  return [
    ...(isLoopback(`tcp://${temporal.address}`) ? (['temporal'] as const) : []),
    ...(isLoopback(mlflow.trackingUri) || URL.parse(mlflow.trackingUri)?.hostname === local.mlflowHost
      ? (['mlflow'] as const)
      : []),
    'prometheus',
    'envoy',
  ];
}
