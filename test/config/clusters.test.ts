import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadServerConfig } from '../../config/load-server.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import { serverConfigSchema } from '../../config/server-config.ts';
import { loaded, operator, problems, withRelease } from './repository.ts';

const onCluster = {
  target: 'kubernetes',
  namespace: 'models',
  baseUrl: 'https://models.example',
  prometheus: 'http://prometheus.monitoring:9090',
} as const;

/** Production on a cluster, staging on this machine. */
const operatorOfCluster = (): ServerConfig =>
  serverConfigSchema.parse({
    ...operator(),
    caches: {},
    environments: { staging: { target: 'local', port: 8101 }, production: onCluster },
  });

const withContainer = (more = ''): string =>
  withRelease.replace(
    'serve: { run: python serve.py }',
    `serve: { run: python serve.py, container: { image: "registry.example/churn:\${COMMIT}" } }\n${more}`,
  );

const planOf = (files: Readonly<Record<string, string>>, server = operatorOfCluster()) => {
  const { releasePlan, notes } = loaded(files, server);
  if (releasePlan === undefined) throw new Error('no release');
  return { ...releasePlan, notes };
};

describe('a release to a cluster', () => {
  it('has the server’s container, and what its replicas get there only', () => {
    const plan = planOf({ 'longhaul.yaml': withContainer() });
    expect(plan.serve.container).toEqual({
      image: 'registry.example/churn:${COMMIT}',
      startedBy: 'run',
      port: 8000,
      fetchModel: 'mlflow artifacts download --artifact-uri "$MODEL_URI" --dst-path "$MODEL_PATH"',
    });
    expect(plan.production).toMatchObject({
      replicas: 10,
      deployment: { resources: {}, maxUnavailable: 1, preStopSeconds: 5 },
    });
    expect(plan.staging).not.toHaveProperty('deployment');
    expect(plan.blueGreen).toBeUndefined();
  });

  it('takes resources as they are written, and as many replicas as an autoscaler begins with', () => {
    const production = `deployment:
  replicas: 20
  resources: { cpu: 1.5, memory: 16Gi, gpu: 1 }
  autoscaling: { min: 3, max: 12 }
  maxUnavailable: 25%
  preStop: 1500ms
`;
    const { production: plan } = planOf({
      'longhaul.yaml': withContainer(),
      'environments/production.yaml': production,
    });
    expect(plan.replicas).toBe(3);
    expect(plan.deployment).toEqual({
      resources: { cpu: '1.5', memory: '16Gi', gpu: 1 },
      autoscaling: { min: 3, max: 12, cpu: 70 },
      maxUnavailable: '25%',
      preStopSeconds: 2,
    });
  });

  it('is blue-green where any of the files says so, with a preview and a delay', () => {
    const plan = planOf({
      'longhaul.yaml': withContainer('  blueGreen: { preview: { run: pytest preview } }\n'),
      'environments/production.yaml': 'release: { strategy: blueGreen, blueGreen: { keepOld: 1h } }\n',
    });
    expect(plan.blueGreen).toMatchObject({
      keepOldMs: 3_600_000,
      preview: { name: 'preview', run: ['pytest preview'] },
    });
    expect(plan.notes).toEqual([]);
  });

  it('tells of weights that blue-green does not use, where they stand', () => {
    const plan = planOf({
      'longhaul.yaml': withContainer('  strategy: blueGreen\n  canary: { weights: [10, 100] }\n'),
    });
    expect(plan.notes).toMatchObject([{ line: 9, column: 13, key: 'release.canary.weights' }]);
  });
});

describe('what is wrong with a release to a cluster is told with its place and its mend', () => {
  const cases = {
    'no image of the server': {
      files: { 'longhaul.yaml': withRelease },
      told: /^longhaul\.yaml:7 release\.serve: has no `container`.* production on a cluster; add `container:/,
    },
    'an unknown variable in the image': {
      files: { 'longhaul.yaml': withContainer().replace('${COMMIT}', '${COMIT}') },
      told: /^longhaul\.yaml:7 release\.serve\.container\.image: `\$\{COMIT\}` is not a variable.*`\$\{COMMIT\}`/,
    },
    'an autoscaler without its upper end': {
      files: {
        'longhaul.yaml': withContainer(),
        'environments/production.yaml': 'deployment:\n  resources: { cpu: 1 }\n  autoscaling: { min: 3 }\n',
      },
      told: /^environments\/production\.yaml:3 deployment\.autoscaling: has no `max`/,
    },
    'an autoscaler that goes by CPUs nobody asks for': {
      files: {
        'longhaul.yaml': withContainer(),
        'environments/production.yaml': 'deployment:\n  autoscaling: { min: 3, max: 4 }\n',
      },
      told: /^environments\/production\.yaml:2 deployment\.autoscaling: .*`resources\.cpu`/,
    },
    'an autoscaler that ends below its beginning': {
      files: {
        'longhaul.yaml': withContainer(),
        'environments/production.yaml':
          'deployment:\n  resources: { cpu: 1 }\n  autoscaling: { min: 5, max: 4 }\n',
      },
      told: /^environments\/production\.yaml:3 deployment\.autoscaling\.min: is 5, more than `max`, 4/,
    },
    'memory that Kubernetes would not read': {
      files: {
        'longhaul.yaml': withContainer(),
        'environments/production.yaml': 'deployment: { resources: { memory: 16GB } }\n',
      },
      told: /^environments\/production\.yaml:1 deployment\.resources\.memory: is "16GB"; .*`16Gi`/,
    },
  };
  it.each(Object.entries(cases))('%s', (_, { files, told }) => {
    expect(
      problems(files, operatorOfCluster()).map(
        ({ file, line, key, message, hint }) => `${file}:${line} ${key}: ${message}; ${hint}`,
      ),
    ).toEqual([expect.stringMatching(told)]);
  });

  it('a secret that the operator has put nowhere on the cluster', () => {
    const files = {
      'longhaul.yaml': withContainer().replace('serve.py,', 'serve.py, secrets: [API_TOKEN],'),
    };
    const server = operatorOfCluster();
    const granted = { ...server, secrets: { API_TOKEN: { env: 'API_TOKEN' } } };
    const [problem] = problems(files, granted);
    expect(problem).toMatchObject({ line: 7, key: 'release.serve.secrets' });
    expect(problem?.message).toContain('where the secret `API_TOKEN` is on the cluster of production');
    const own = { ...files, 'environments/production.yaml': 'deployment: { manifests: k8s }\n' };
    expect(problems(own, granted)).toEqual([]);
  });

  it('blue-green where production is on one machine', () => {
    expect(problems({ 'longhaul.yaml': `${withRelease}  strategy: blueGreen\n` }, operator())).toMatchObject([
      { line: 8, key: 'release.strategy' },
    ]);
  });
});

describe('an environment on a cluster in the operator’s file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'longhaul-clusters-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const load = (environments: string): ServerConfig => {
    const path = join(folder, 'longhaul.server.yaml');
    writeFileSync(
      path,
      `version: 1\nmlflow: { trackingUri: http://127.0.0.1:5000 }\nenvironments:\n${environments}`,
    );
    return loadServerConfig(path);
  };
  const where = 'target: kubernetes, baseUrl: https://m.example, prometheus: http://p.example:9090';

  it('has its kubeconfig beside the file, and no mesh where none is named', () => {
    const { environments } = load(
      `  staging: { ${where}, namespace: models, mlflow: http://mlflow.ml:5000, kubeconfig: kube/config }\n`,
    );
    expect(environments['staging']).toMatchObject({
      kubeconfig: join(folder, 'kube/config'),
      traffic: { kind: 'service' },
    });
  });

  it('is told that pods do not reach an MLflow on this machine, whoever names it', () => {
    expect(() => load(`  staging: { ${where}, namespace: models }\n`)).toThrow(
      /:4:3 +environments\.staging +has no `mlflow`, and mlflow\.trackingUri, http:\/\/127\.0\.0\.1:5000.*; add `mlflow`/,
    );
    expect(() =>
      load(`  staging: { ${where}, namespace: models, mlflow: 'http://localhost:5000' }\n`),
    ).toThrow(
      /:4:\d+ +environments\.staging\.mlflow +is http:\/\/localhost:5000, which in a pod is the pod itself/,
    );
  });

  it('is not where another is', () => {
    const environment = `{ ${where}, namespace: models, mlflow: 'http://mlflow.ml:5000' }`;
    expect(() => load(`  staging: ${environment}\n  production: ${environment}\n`)).toThrow(
      /:5:\d+ +environments\.production\.namespace +is models, as of staging/,
    );
    expect(() =>
      load(`  staging: ${environment}\n  production: ${environment.replace('models', 'live')}\n`),
    ).not.toThrow();
  });

  it('is told its own keys when it has another’s', () => {
    expect(() =>
      load(`  staging: { ${where}, namespace: models, mlflow: 'http://m.ml', port: 8101 }\n`),
    ).toThrow(
      /environments\.staging\.port +is not a key of `environments\.staging`; it can have target, kubeconfig,/,
    );
    expect(() =>
      load(`  staging: { ${where}, namespace: models, mlflow: 'http://m.ml', traffic: { kind: isto } }\n`),
    ).toThrow(/environments\.staging\.traffic\.kind +is "isto"; give `istio`, or `gateway`, or `service`/);
  });
});
