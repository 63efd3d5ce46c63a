import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { filesOf } from '../../../client/cli/project-files.ts';
import { loadProject } from '../../../config/load-project.ts';
import { loadServerConfig } from '../../../config/load-server.ts';
import { planArm } from '../../../config/plan-arm.ts';
import { plannedArm } from '../../../core/planned-arm.ts';
import type { ArmSpec, ModelVersion } from '../../../core/serving.ts';
import type { Cluster } from '../../../k8s/api/cluster.ts';
import type { ClusterTarget } from '../../../k8s/target/cluster-target.ts';
import { createKubernetesTarget } from '../../../k8s/target/index.ts';
import { createRepository } from '../../activities/workspace/repository.ts';
import { runCli } from '../../client/run-cli.ts';
import type { CliResult } from '../../client/run-cli.ts';
import type { StartedMlflow } from '../../servers/mlflow.ts';
import { testCluster } from './cluster.ts';
import { smallArm, storeOfTests, targetLane } from './target-world.ts';

/** A folder with a project's repository, an operator's home for it, and the `longhaul` command in both. */
export interface CliWorld {
  readonly folder: string;
  readonly home: string;
  readonly commit: string;
  /** Writes a file of the repository, without a commit. */
  readonly change: (path: string, text: string) => void;
  readonly longhaul: (...args: readonly string[]) => Promise<CliResult>;
  readonly remove: () => void;
}

/** The model server's environment has `env` as well. */
export const smallProject = (env: Readonly<Record<string, string>> = {}): string =>
  stringify({
    version: 1,
    project: 'acme/small',
    model: targetLane.model,
    python: { requirements: [] },
    release: {
      train: { run: 'true' },
      evaluate: { run: 'true' },
      serve: {
        run: smallArm('1').serve.run,
        env: { ...smallArm('1').serve.env, ...env },
        secrets: ['KEY'],
        healthPath: '/health',
        container: { image: testCluster().flightsImage, port: 8000, fetchModel: 'none' },
      },
      integration: { run: 'true' },
      loadTest: { script: 'load.js' },
    },
  });

/** The operator's file has production in the namespace, behind Istio's gateway, and staging on this machine. */
export function makeCliWorld(namespace: string, trackingUri: string): CliWorld {
  const { context, gateway, gatewayName, kubeconfig } = testCluster();
  const root = mkdtempSync(join(tmpdir(), 'longhaul-deploy-'));
  const [home, folder] = [join(root, 'home'), join(root, 'repository')];
  const repository = createRepository(folder);
  const commit = repository.commit({
    'longhaul.yaml': smallProject(),
    'load.js': '',
    'environments/production.yaml': stringify({ deployment: { replicas: 2 } }),
  });
  const server = {
    version: 1,
    mlflow: { trackingUri },
    projects: { 'acme/small': { url: repository.url } },
    secrets: { KEY: { env: 'KEY' } },
    environments: {
      staging: { target: 'local', port: 1 },
      production: {
        ...{ target: 'kubernetes', kubeconfig, context, namespace },
        ...{ baseUrl: gateway, headers: { host: `${namespace}.test` }, prometheus: 'http://127.0.0.1:1' },
        traffic: { kind: 'istio', gateways: [gatewayName], hosts: [`${namespace}.test`] },
        secrets: { KEY: { secret: 'small-key', key: 'value' } },
      },
    },
  };
  mkdirSync(home);
  writeFileSync(join(home, 'longhaul.server.yaml'), stringify(server));
  return {
    ...{ folder, home, commit },
    change: (path, text) => {
      writeFileSync(join(folder, path), text);
    },
    longhaul: (...args) => runCli(args, { home, folder }),
    remove: () => {
      rmSync(root, { recursive: true });
    },
  };
}

/** Registers one more version of the model, which has no files. */
export async function registerVersion({ post }: StartedMlflow): Promise<ModelVersion> {
  const name = targetLane.model;
  await post('registered-models/create', { name }).catch(() => undefined);
  const { run } = (await post('runs/create', { experiment_id: '0' })) as RunAnswer;
  const { run_id: runId, artifact_uri: artifacts } = run.info;
  const source = `${artifacts}/model`;
  const made = (await post('model-versions/create', { name, run_id: runId, source })) as VersionAnswer;
  return { model: name, version: made.model_version.version, runId, source, tags: {} };
}

/** The target of the world's production, as a worker has it. */
export function targetOf({ home }: CliWorld, cluster: Cluster): ClusterTarget {
  const config = loadServerConfig(join(home, 'longhaul.server.yaml'));
  const { production: environment } = config.environments;
  if (environment?.target !== 'kubernetes') throw new Error('production is on no cluster');
  return createKubernetesTarget({
    ...{ cluster, environment, store: storeOfTests(), trackingUri: config.mlflow.trackingUri },
    checkouts: { list: () => Promise.resolve({}), read: () => Promise.resolve(null) },
  });
}

/** A version as a release of the world's commit plans it in production. */
export function plannedAt({ commit, folder, home }: CliWorld, version: ModelVersion): ArmSpec {
  const loaded = loadProject({
    files: filesOf(folder).text,
    server: loadServerConfig(join(home, 'longhaul.server.yaml')),
  });
  if (!loaded.ok || loaded.releasePlan === undefined) throw new Error(JSON.stringify(loaded));
  const { releasePlan: plan } = loaded;
  const { production: environment } = plan;
  const release = `release/${version.model}/first-1`;
  return planArm(
    plannedArm({
      ...{ release, project: 'acme/small', commit, plan, version, environment },
      replicas: environment.replicas,
    }),
  );
}

interface RunAnswer {
  readonly run: { readonly info: { readonly run_id: string; readonly artifact_uri: string } };
}
interface VersionAnswer {
  readonly model_version: { readonly version: string };
}
