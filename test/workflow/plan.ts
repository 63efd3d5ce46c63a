import type { ResolvedPlan } from '../../activities/contracts.ts';
import type { ArtifactRef } from '../../core/artifact.ts';
import type { StepSpec } from '../../core/step.ts';
import type { WatchPolicy } from '../../core/watch.ts';

const minutes = (count: number): number => count * 60_000;

export const artifact = (name: string): ArtifactRef => ({ digest: `sha256:${name}`, size: 1, name });

export const step = (
  name: string,
  needs: readonly string[] = [],
  change: Partial<StepSpec> = {},
): StepSpec => ({
  name,
  needs,
  run: ['true'],
  requirements: [],
  env: {},
  secrets: [],
  data: [],
  outputs: [],
  reports: {},
  timeoutMs: minutes(30),
  retries: { preemption: 1, infrastructure: 1, code: 0 },
  queue: 'steps',
  ...change,
});

export const policy = (change: Partial<WatchPolicy> = {}): WatchPolicy => ({
  guardrails: [{ sli: 'errors', limit: 0.01 }],
  alpha: 0.05,
  minimumRequests: 100,
  intervalMs: 10_000,
  maxExtensionMs: minutes(10),
  onNoData: 'rollBack',
  onTooFewRequests: 'rollBack',
  ...change,
});

/** The same release in seconds, for tests on a server whose time is real. */
export const quickPlan = (): ResolvedPlan => {
  const { release, ...rest } = plan();
  if (release === undefined) throw new Error('The plan has a release.');
  const quick = { intervalMs: 100, minimumRequests: 5 };
  return {
    ...rest,
    release: {
      ...release,
      canary: { ...release.canary, durationMs: 900, watch: policy(quick) },
      stabilization: { durationMs: 300, watch: policy(quick) },
    },
  };
};

/** The guide's graph and the guide's figures. */
export const plan = (): ResolvedPlan => ({
  configDigest: 'sha256:config',
  subject: 'Add pressure tendency',
  ci: {
    overlay: {},
    steps: [
      step('lint'),
      step('unit-tests', ['lint']),
      step('data-validation', ['lint']),
      step('feature-tests', ['lint']),
      step('train-sample', ['unit-tests', 'data-validation', 'feature-tests']),
      step('evaluate', ['train-sample']),
    ],
  },
  release: {
    model: 'flight-delay',
    experiment: 'production',
    train: step('train', [], { queue: 'gpu', timeoutMs: minutes(360) }),
    evaluate: step('evaluate'),
    minimum: { accuracy: 0.85 },
    noWorseThanChampionBy: {},
    serve: {
      run: 'serve',
      requirements: [],
      env: {},
      secrets: [],
      healthPath: '/healthz',
      metricsPath: '/metrics',
      versionHeader: 'X-Model-Version',
      startTimeoutMs: minutes(1),
    },
    staging: { name: 'staging', replicas: 1, overlay: {} },
    production: { name: 'production', replicas: 10, overlay: {} },
    integration: step('integration-tests'),
    loadTest: {
      script: 'load_test.js',
      env: {},
      secrets: [],
      p95LimitMs: 500,
      errorLimit: 0.01,
      timeoutMs: minutes(15),
    },
    approval: { required: true, expiresMs: minutes(7 * 24 * 60) },
    canary: { weights: [5, 25, 50, 100], durationMs: minutes(10), watch: policy() },
    stabilization: {
      durationMs: minutes(5),
      watch: policy({
        guardrails: [
          { sli: 'errors', limit: 0.05 },
          { sli: 'latency', limit: 0.05, thresholdSeconds: 2 },
        ],
      }),
    },
    metrics: { requests: 'model_requests_total', errors: 'model_errors_total', latency: 'model_latency' },
  },
});
