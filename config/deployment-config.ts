import { z } from 'zod';
import { durationOrNone, relativePath } from './fields.ts';

const cpu = z
  .union([z.string().regex(/^(\d+m|\d+(\.\d+)?)$/), z.number().positive()])
  .transform(String)
  .meta({ title: 'CPUs as Kubernetes writes them, such as `500m` or `2`' });

const resources = z.strictObject({
  cpu: cpu.optional().describe('CPUs that a replica asks for.'),
  gpu: z.int().min(0).optional().describe('GPUs of a replica.'),
  memory: z.string().optional().describe('Memory of a replica, as Kubernetes writes it: `16Gi`.'),
});

const autoscaling = z.strictObject({
  min: z.int().min(1).optional().describe('Fewest replicas; a rollout waits for these.'),
  max: z.int().min(1).optional().describe('Most replicas.'),
  cpu: z
    .string()
    .regex(/^[1-9]\d{0,3} ?%$/)
    .transform((written) => Number.parseInt(written))
    .optional()
    .meta({ title: 'a percentage such as `70 %`' })
    .describe(
      'Use of `resources.cpu` that replicas are added above, on average over all of them. Default: `70 %`.',
    ),
});

const countOrPercent = z
  .union([z.int().min(1), z.string().regex(/^([1-9]\d?|100)%$/)])
  .meta({ title: 'a whole number of at least 1, or a percentage such as `25%`' });

/** `deployment` of `environments/<name>.yaml`. All but `replicas` is for a cluster. */
export const deployment = z.strictObject({
  replicas: z
    .int()
    .min(1)
    .optional()
    .describe(
      'Replicas after a full rollout. Default: staging 1, production 10. With `autoscaling`, its `min` counts instead.',
    ),
  resources: resources.optional().describe('What one replica gets.'),
  autoscaling: autoscaling
    .optional()
    .describe(
      'Replicas that follow the load, on a cluster; needs `min`, `max` and `resources.cpu`. Default: a fixed number.',
    ),
  maxUnavailable: countOrPercent
    .optional()
    .describe('Replicas that a drain of nodes may take away at once, on a cluster. Default: 1.'),
  preStop: durationOrNone
    .optional()
    .describe(
      'How long a replica that is to end goes on answering, on a cluster, until nobody sends to it any more. Default: `5s`.',
    ),
  manifests: relativePath
    .optional()
    .describe(
      'Folder of the repository with manifests to use instead of Longhaul’s own: [docs/kubernetes-manifests.md](kubernetes-manifests.md).',
    ),
});

export type DeploymentSettings = z.output<typeof deployment>;
