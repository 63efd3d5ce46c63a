import { z } from 'zod';
import type { ArmSpec } from '../../core/serving.ts';
import type { Manifest } from '../api/cluster.ts';
import { keys } from '../names.ts';

const words = z.record(z.string(), z.string());

const armSpec: z.ZodType<ArmSpec> = z.looseObject({
  id: z.string(),
  release: z.string(),
  project: z.string(),
  commit: z.string(),
  model: z.string(),
  version: z.string(),
  runId: z.string(),
  source: z.string(),
  serve: z.looseObject({
    run: z.string(),
    requirements: z.array(z.string()),
    extras: z.array(z.string()).exactOptional(),
    groups: z.array(z.string()).exactOptional(),
    install: z.array(z.string()).exactOptional(),
    python: z.string().exactOptional(),
    env: words,
    secrets: z.array(z.string()),
    healthPath: z.string(),
    metricsPath: z.string(),
    versionHeader: z.string(),
    startTimeoutMs: z.number(),
    container: z
      .looseObject({
        image: z.string(),
        startedBy: z.enum(['run', 'image']),
        port: z.int(),
        fetchModel: z.string().nullable(),
      })
      .exactOptional(),
  }),
  overlay: words,
  strategy: z.enum(['canary', 'blueGreen']).exactOptional(),
  deployment: z
    .looseObject({
      resources: z.looseObject({
        cpu: z.string().exactOptional(),
        memory: z.string().exactOptional(),
        gpu: z.number().exactOptional(),
      }),
      autoscaling: z.looseObject({ min: z.int(), max: z.int(), cpu: z.number() }).exactOptional(),
      maxUnavailable: z.union([z.number(), z.string()]),
      preStopSeconds: z.number(),
      manifests: z.string().exactOptional(),
    })
    .exactOptional(),
  replicas: z.int().min(0),
});

/** The arm that a Deployment's annotation tells of; null where there is none, or none that can be read. */
export function armIn({ metadata }: Manifest): ArmSpec | null {
  const text = metadata.annotations?.[keys.spec];
  if (text === undefined) return null;
  try {
    return armSpec.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
