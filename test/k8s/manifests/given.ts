import { kubernetesEnvironment } from '../../../config/cluster-config.ts';
import type { KubernetesEnvironment } from '../../../config/cluster-config.ts';
import type { ArmSpec, ServeSpec } from '../../../core/serving.ts';
import type { ArmInSlot } from '../../../k8s/manifests/given.ts';
import type { Slot } from '../../../k8s/names.ts';

export const serve: ServeSpec = {
  run: 'exec uvicorn server:app --host $HOST --port $PORT',
  requirements: [],
  env: { PYTHONPATH: 'src' },
  secrets: [],
  healthPath: '/healthz',
  metricsPath: '/metrics',
  versionHeader: 'x-model-version',
  startTimeoutMs: 300_000,
  container: {
    image: 'registry.example/churn:0123456789ab',
    startedBy: 'run',
    port: 8000,
    fetchModel: 'mlflow artifacts download --artifact-uri "$MODEL_URI" --dst-path "$MODEL_PATH"',
  },
};

export const arm: ArmSpec = {
  id: 'churn-v7-0a1b2c3d',
  release: 'release/churn/0123456789ab-1',
  project: 'team/churn',
  commit: '0123456789abcdef0123456789abcdef01234567',
  model: 'churn',
  version: '7',
  runId: 'run-7',
  source: 'mlflow-artifacts:/1/run-7/artifacts/model',
  serve,
  overlay: { LONGHAUL_CONFIG_MODEL_BATCH_SIZE: '64' },
  deployment: { resources: {}, maxUnavailable: 1, preStopSeconds: 5 },
  replicas: 3,
};

interface Wish {
  readonly slot?: Slot;
  readonly arm?: Partial<ArmSpec>;
  readonly serve?: Partial<ServeSpec>;
  readonly deployment?: Partial<NonNullable<ArmSpec['deployment']>>;
  readonly environment?: Partial<KubernetesEnvironment>;
}

/** The arm of version 7 in production's namespace, but for what is wished for. */
export const givenOf = (wish: Wish = {}): ArmInSlot => ({
  lane: { model: 'churn', environment: 'production' },
  slot: wish.slot ?? 'stable',
  arm: {
    ...arm,
    serve: { ...serve, ...wish.serve },
    deployment: { resources: {}, maxUnavailable: 1, preStopSeconds: 5, ...wish.deployment },
    ...wish.arm,
  },
  service: 'churn',
  environment: {
    ...kubernetesEnvironment.parse({
      target: 'kubernetes',
      namespace: 'models',
      baseUrl: 'https://churn.example',
      prometheus: 'http://prometheus.monitoring:9090',
    }),
    ...wish.environment,
  },
  mlflow: 'http://mlflow.ml:5000',
});
