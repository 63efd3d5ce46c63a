import { z } from 'zod';
import { problemsOfWeights } from '../core/canary.ts';
import { blueGreen, container, strategy } from './rollout-config.ts';
import { commandFields } from './step-config.ts';
import {
  duration,
  durationOrNone,
  httpPath,
  name,
  paths,
  relativePath,
  secretNames,
  share,
  variables,
} from './fields.ts';

const train = z.strictObject({
  ...commandFields({ timeout: '6h', queue: 'gpu', retries: { preemption: 20, infrastructure: 20 } }),
  diagnostics: relativePath
    .default('training_diagnostics.json')
    .describe('JSON that a failed training leaves in `$LONGHAUL_OUTPUT_DIR`.'),
});

const evaluate = z.strictObject(commandFields({ timeout: '1h', queue: 'steps' }));

const integration = z.strictObject({
  ...commandFields({ timeout: '30m', queue: 'steps' }),
  run: commandFields({ timeout: '30m', queue: 'steps' }).run.prefault(
    'pytest tests/integration/ -v --base-url=$BASE_URL',
  ),
});

const gate = z.strictObject({
  minimum: z
    .record(z.string(), z.number())
    .default({ accuracy: 0.85 })
    .describe('Least value of the evaluation’s metrics, by name, that a candidate must reach.'),
  noWorseThanChampionBy: z
    .record(z.string(), z.number().min(0))
    .default({})
    .describe(
      'How much worse than the champion a candidate may be, by metric. A metric left out is not compared.',
    ),
});

const serve = z.strictObject({
  run: z
    .string()
    .min(1)
    .meta({ title: 'a command line' })
    .describe('Starts one replica; HOST, PORT, MODEL_PATH and MODEL_VERSION are given.'),
  healthPath: httpPath.default('/healthz').describe('Answers 200 once the replica can serve.'),
  metricsPath: httpPath.default('/metrics').describe('Where Prometheus reads the replica’s metrics.'),
  versionHeader: z
    .string()
    .min(1)
    .default('x-model-version')
    .describe('Response header that names the model’s version.'),
  requirements: paths
    .optional()
    .describe('Files that name the packages of the server’s Python. Default: those of `python`.'),
  extras: z.array(z.string()).optional().describe('Extras of the project. Default: those of `python`.'),
  groups: z.array(z.string()).optional().describe('Dependency groups. Default: those of `python`.'),
  install: paths.optional().describe('Folders installed as packages. Default: those of `python`.'),
  env: variables.default({}).describe('Environment variables, besides those of the whole file.'),
  secrets: secretNames.default([]).describe('Secrets, besides those of the whole file.'),
  startTimeout: duration
    .prefault('5m')
    .describe('A replica that is not ready after this long fails the deployment.'),
  container: container
    .optional()
    .describe('How the server runs on a cluster. Needed where an environment is on one.'),
});

export const loadTest = z.strictObject({
  script: relativePath
    .default('tests/performance/load_test.js')
    .describe('Script for k6; BASE_URL is given, and BASE_HEADERS as for `integration`.'),
  stages: z
    .array(
      z.strictObject({
        duration: duration.describe('How long the stage lasts.'),
        target: z.int().min(0).describe('Virtual users at its end.'),
      }),
    )
    .min(1)
    .optional()
    .describe('Ramp of virtual users. Default: the script’s own.'),
  p95: duration.prefault('500ms').describe('95 of 100 requests must be at most this slow.'),
  errors: share.prefault('1 %').describe('The share of failed requests must be below this.'),
  timeout: duration.prefault('30m').describe('The test is ended, and has failed, after this long.'),
  env: variables.default({}).describe('Environment variables, besides those of the whole file.'),
  secrets: secretNames.default([]).describe('Secrets, besides those of the whole file.'),
});

export const approval = z.strictObject({
  required: z.boolean().default(true).describe('Whether a person must approve before production.'),
  quorum: z.int().min(1).default(1).describe('How many people must approve.'),
  roles: z
    .array(name)
    .min(1)
    .optional()
    .describe(
      'Who may answer: roles among `approvers` of production in the operator’s file. Default: all of these; where there are none, anyone.',
    ),
  notTheAuthor: z
    .boolean()
    .default(false)
    .describe('Whether the approval of whoever wrote what is released does not count.'),
  rejectNeedsReason: z
    .boolean()
    .default(false)
    .describe('Whether a rejection without a reason does not count.'),
  remindAfter: duration
    .optional()
    .describe('After this long without an answer those who may give it are reminded. Default: never.'),
  escalateAfter: duration
    .optional()
    .describe('After this long without an answer `escalateTo` is told. Default: never.'),
  escalateTo: z
    .array(name)
    .min(1)
    .optional()
    .describe('Roles of production, and people, of the operator’s file. Needed with `escalateAfter`.'),
  expires: duration.prefault('7d').describe('Without enough answers after this long the release ends.'),
});

const watchFields = {
  interval: duration.prefault('10s').describe('Time between two looks.'),
  minimumRequests: z
    .int()
    .min(1)
    .default(100)
    .describe('Fewest requests of the candidate that a pass may rest on.'),
  maxExtension: durationOrNone
    .prefault('30m')
    .describe('How long the watch may go on past its end for want of traffic.'),
  onNoData: z
    .enum(['hold', 'rollBack'])
    .default('hold')
    .describe('What to do when there is no data at the end of the extension; `hold` asks a person.'),
  onTooFewRequests: z
    .enum(['hold', 'rollBack', 'pass'])
    .default('hold')
    .describe('What to do when there were too few requests at the end of the extension.'),
  alpha: share
    .prefault(0.05)
    .describe('Chance of failing a good candidate, over the whole watch and all its limits.'),
};

const lane = z.strictObject({
  supersede: z
    .boolean()
    .default(false)
    .describe(
      'Whether older releases of this project that wait for the same lane end as superseded by this one.',
    ),
  hotfixMayInterruptCanary: z
    .boolean()
    .default(false)
    .describe('Whether this release’s canary is undone when a hotfix waits for production.'),
});

const weights = z
  .array(z.number())
  .superRefine((given, context) => {
    for (const message of problemsOfWeights(given)) context.addIssue({ code: 'custom', message });
  })
  .meta({ title: 'ascending percents that end at 100, such as `[5, 25, 50, 100]`' });

export const canary = z.strictObject({
  weights: weights
    .prefault([5, 25, 50, 100])
    .describe('Percent of the traffic that the candidate gets, step by step.'),
  duration: duration.prefault('10m').describe('The whole canary; each weight below 100 gets an equal part.'),
  errors: share
    .optional()
    .describe(
      'Limit on the share of requests answered 5xx. Default: `monitoring.alert_threshold_error_rate`, else 1 %.',
    ),
  p95: duration
    .optional()
    .describe('Limit on the P95 latency. Default: `monitoring.alert_threshold_latency`, else none.'),
  ...watchFields,
});

export const stabilization = z.strictObject({
  duration: duration.prefault('5m').describe('How long the new champion is watched.'),
  errors: share.prefault('5 %').describe('Limit on the share of requests answered 5xx.'),
  p95: duration.prefault('2s').describe('Limit on the P95 latency.'),
  ...watchFields,
});

const metrics = z.strictObject({
  requests: z.string().min(1).default('model_requests_total').describe('Counter of all requests.'),
  errors: z.string().min(1).default('model_errors_total').describe('Counter of the requests answered 5xx.'),
  latency: z
    .string()
    .min(1)
    .default('model_latency')
    .describe(
      'Histogram of the latency in seconds, without `_bucket`; it needs an edge at every latency limit.',
    ),
});

const onRollback = z.strictObject({
  revertPullRequest: z
    .boolean()
    .default(false)
    .describe(
      'Whether a pull request that reverts the commit is opened; it needs `github` in the operator’s file, and credentials that may push.',
    ),
});

/** How a green commit becomes the champion. */
export const releaseSchema = z.strictObject({
  train: train.describe('Full training.'),
  evaluate: evaluate.describe('Evaluation of what `train` left in its outputs.'),
  gate: gate.prefault({}).describe('What the evaluation must say before anything is deployed.'),
  serve: serve.describe('How the model is served.'),
  integration: integration
    .prefault({})
    .describe(
      'Tests against staging; BASE_URL is given, and BASE_HEADERS, a JSON object, where the operator’s file has `headers` for it.',
    ),
  loadTest: loadTest.prefault({}).describe('Load test against staging.'),
  approval: approval.prefault({}).describe('A person’s answer before production.'),
  lane: lane.prefault({}).describe('How it behaves towards others that wait for the same environment.'),
  strategy,
  canary: canary.prefault({}).describe('How the candidate takes over production, step by step.'),
  blueGreen: blueGreen.prefault({}).describe('How the candidate takes over production, all at once.'),
  stabilization: stabilization.prefault({}).describe('The watch after the full rollout.'),
  onRollback: onRollback.prefault({}).describe('What follows a release that was rolled back.'),
  metrics: metrics.prefault({}).describe('Names of the served metrics, as Prometheus sees them.'),
});

export type ReleaseConfig = z.output<typeof releaseSchema>;
