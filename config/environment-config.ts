import { z } from 'zod';
import { deployment } from './deployment-config.ts';
import { duration, share, variables, writtenValue } from './fields.ts';
import { approval, canary, loadTest, stabilization } from './release-config.ts';
import { blueGreen, strategy } from './rollout-config.ts';
import { withoutDefaults } from './without-defaults.ts';

const settings = z.record(
  z.string().regex(/^[a-z][a-z0-9_]*$/, 'a name of lower-case letters, digits and underscores'),
  writtenValue,
);

/** Schema of `environments/<name>.yaml`: what differs in one environment. */
export const environmentSchema = z.strictObject({
  model: settings
    .optional()
    .describe('Settings of the model, such as `batch_size`; commands get LONGHAUL_CONFIG_MODEL_BATCH_SIZE.'),
  training: settings
    .optional()
    .describe('Settings of the training; commands get LONGHAUL_CONFIG_TRAINING_….'),
  deployment: deployment.optional().describe('How the model is deployed.'),
  monitoring: z
    .strictObject({
      alert_threshold_latency: duration
        .optional()
        .describe('P95 limit of the canary, unless `release.canary.p95` is given.'),
      alert_threshold_error_rate: share
        .optional()
        .describe('Error limit of the canary, unless `release.canary.errors` is given.'),
    })
    .optional()
    .describe('When somebody should be told.'),
  release: z
    .strictObject({
      train: z
        .strictObject({ env: variables.optional() })
        .optional()
        .describe('Environment variables of the full training.'),
      loadTest: withoutDefaults(loadTest).optional(),
      approval: withoutDefaults(approval).optional(),
      strategy: withoutDefaults(strategy).optional(),
      canary: withoutDefaults(canary).optional(),
      blueGreen: withoutDefaults(blueGreen).optional(),
      stabilization: withoutDefaults(stabilization).optional(),
    })
    .optional()
    .describe(
      'Laid over `release` of `longhaul.yaml`: its `strategy`, any keys of its `loadTest`, `approval`, `canary`, `blueGreen` and `stabilization`, and `train.env`.',
    ),
});

export type EnvironmentSettings = z.output<typeof environmentSchema>;
