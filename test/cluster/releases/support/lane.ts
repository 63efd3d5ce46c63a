import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeploymentTarget } from '../../../../core/ports/deployment-target.ts';
import type { ReleasePlan, ReleaseRecord } from '../../../../core/release.ts';
import { podScrapeJob } from '../../../../core/monitoring/pod-scrape-job.ts';
import type { Look } from '../../../../core/watch.ts';
import { serviceNameOf } from '../../../../k8s/names.ts';
import { createDependencies } from '../../../../workers/dependencies.ts';
import { startPrometheus } from '../../../servers/prometheus.ts';
import { World } from '../../../workflow/world.ts';
import { testCluster } from '../../support/cluster.ts';
import { makeNamespace } from '../../support/namespace.ts';
import { deployActivities } from './activities.ts';
import type { Staging } from './activities.ts';
import { trainingLeaves } from './candidates.ts';
import type { LoadPlan } from './load.ts';
import { resolved, usualPlan, withoutUsers } from './plans.ts';
import { startRelease } from './releases.ts';
import type { RunningRelease } from './releases.ts';
import { hostOf, serverFile } from './server-file.ts';
import type { Given, Servers } from './servers.ts';
import { watchWeights } from './weights.ts';
import type { Weights } from './weights.ts';
import { startDeployWorker, startWorldWorkers } from './workers.ts';
import type { RunningWorker } from './workers.ts';

/** A model's way to production on the cluster, with namespaces, Prometheus and workers of its own. */
export interface Lane {
  readonly servers: Servers;
  readonly model: string;
  readonly world: World;
  /** Of production. */
  readonly namespace: string;
  readonly staging: string;
  /** The operator's file. */
  readonly serverFile: string;
  /** Production's, as the workers have it. */
  target(): DeploymentTarget;
  /** Name of the Service and of the stable Deployment. */
  readonly service: string;
  readonly weights: Weights;
  /** Every look of every watch, and when its answer was there. */
  readonly looks: readonly { readonly look: Look; readonly at: number }[];
  /** Requests for predictions, through the gateway. */
  readonly users: LoadPlan;
  /** What its releases do unless they are told otherwise. */
  readonly usual: ReleasePlan;
  /** The version that MLflow has under the alias. */
  champion(): Promise<string | null>;
  /** Starts a release of the usual plan with this change. */
  release(change?: Partial<ReleasePlan>): Promise<RunningRelease>;
  /** A release to its end, without users: the lane's first. */
  firstRelease(change?: Partial<ReleasePlan>): Promise<ReleaseRecord>;
  /** Who works on the queue deploy: here, or nobody, so that a test's own process does. */
  readonly deployWorker: { stop(): Promise<void>; start(): Promise<void> };
  close(): Promise<void>;
}

export interface LaneOptions {
  readonly purpose: string;
  readonly staging?: Staging;
  /** Who splits production's traffic; Istio's VirtualService, unless another is named. */
  readonly traffic?: object;
  /** What every release of the lane has otherwise than the usual plan. */
  readonly change?: Partial<ReleasePlan>;
}

export async function openLane({ servers, model: trained }: Given, options: LaneOptions): Promise<Lane> {
  const { purpose, staging = 'inMemory', traffic } = options;
  const cluster = testCluster();
  const [production, stagingPlace] = await Promise.all([
    makeNamespace(purpose),
    makeNamespace(`${purpose}-staging`),
  ]);
  const namespaces = { production: production.name, staging: stagingPlace.name };
  const jobs = Object.entries(namespaces).map(([environment, namespace]) => ({
    ...podScrapeJob({ environment, namespace, kubeconfig: cluster.kubeconfig }),
    ...{ scrape_interval: '500ms', scrape_timeout: '500ms' },
  }));
  const prometheus = await startPrometheus([], 'none', jobs);

  const file = join(servers.home, `${purpose}.server.yaml`);
  const mlflow = servers.registry.trackingUri;
  const places = {
    cluster,
    namespaces,
    traffic,
    mlflow,
    prometheus: prometheus.url,
    temporal: servers.temporal,
  };
  await writeFile(file, serverFile(places));
  const dependencies = createDependencies(file);

  const model = `${purpose}-${randomBytes(2).toString('hex')}`;
  const world = new World();
  trainingLeaves(world, servers.registry, trained);
  const looks: { readonly look: Look; readonly at: number }[] = [];
  const real = deployActivities(dependencies, world, staging);
  const activities = {
    ...real,
    look: async (input: Parameters<typeof real.look>[0]) => {
      const answer = await real.look(input);
      looks.push({ look: answer.look, at: Date.now() });
      return answer;
    },
  };
  const worldWorkers = await startWorldWorkers(servers.env, world);
  let deployWorker: RunningWorker | null = null;
  const start = async (): Promise<void> => {
    deployWorker ??= await startDeployWorker(servers.env.nativeConnection, activities);
  };
  const stop = async (): Promise<void> => {
    await deployWorker?.stop();
    deployWorker = null;
  };
  await start();
  const weights = await watchWeights(production.name);

  const usual = { ...usualPlan(model), ...options.change };
  const release = (change: Partial<ReleasePlan> = {}): Promise<RunningRelease> => {
    world.plan = resolved({ ...usual, ...change });
    return startRelease(servers.env.client, model);
  };
  return {
    ...{ servers, model, world, weights, looks, usual, release },
    target: () => dependencies.targetOf('production').target,
    champion: () => dependencies.registry.getAlias(model, 'champion'),
    namespace: production.name,
    staging: stagingPlace.name,
    serverFile: file,
    service: serviceNameOf(model),
    users: {
      url: `${cluster.gateway}/predict`,
      headers: { host: hostOf(production.name), 'content-type': 'application/json' },
      body: '{}',
      connections: 8,
    },
    firstRelease: async (change) => (await release({ ...withoutUsers, ...change })).ended(),
    deployWorker: { start, stop },
    close: async () => {
      weights.stop();
      await Promise.all([worldWorkers.stop(), stop()]);
      await Promise.all([production.remove(), stagingPlace.remove(), prometheus.stop()]);
    },
  };
}
