import { z } from 'zod';
import type { LaneRef } from '../../core/ids.ts';
import type { ArmSpec } from '../../core/serving.ts';
import { loopback } from './probe.ts';

/** Format of desired.json and observed.json; a file of another version is refused. */
export const stateVersion = 1;

const port = z.int().min(1).max(65535);
const words = z.record(z.string(), z.string());

const laneRef: z.ZodType<LaneRef> = z.object({ model: z.string(), environment: z.string() });

const armSpec: z.ZodType<ArmSpec> = z.object({
  id: z.string(),
  release: z.string(),
  project: z.string(),
  commit: z.string(),
  model: z.string(),
  version: z.string(),
  runId: z.string(),
  source: z.string(),
  serve: z.object({
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
  }),
  overlay: words,
  replicas: z.int().min(0),
});

const desiredLane = z.object({
  lane: laneRef,
  stable: armSpec.nullable(),
  candidate: armSpec.nullable(),
  candidateWeight: z.number().min(0).max(100),
});

const secretPlace = z.union([z.object({ file: z.string() }), z.object({ env: z.string() })]);

/** In the order of their start. */
export const serviceNames = ['temporal', 'mlflow', 'prometheus', 'envoy'] as const;
export type ServiceName = (typeof serviceNames)[number];

const stack = z.object({
  /** The servers that run here; others are somewhere else. */
  services: z.array(z.enum(serviceNames)),
  programs: z.object({
    temporal: z.string(),
    prometheus: z.string(),
    envoy: z.string(),
    /** Folder of the Python environment that has MLflow. */
    mlflowPython: z.string(),
  }),
  ports: z.object({ temporal: port, temporalUi: port, mlflow: port, prometheus: port, envoyAdmin: port }),
  /** Address that MLflow listens on. */
  mlflowHost: z.string().default(loopback),
  temporalNamespace: z.string(),
  /** Port of each environment's front door. */
  environments: z.record(z.string(), z.object({ port })),
  /** How Prometheus finds replicas on clusters. */
  scrapeJobs: z.array(z.record(z.string(), z.unknown())).default([]),
  /** Where the secrets' values are; never the values. */
  secrets: z.record(z.string(), secretPlace),
  /** How long traffic has been away from a replica before it is told to end. */
  drainMs: z.number().min(0),
});

export const desiredStateSchema = z.object({
  version: z.literal(stateVersion),
  /** One more with every change. */
  revision: z.int(),
  stack,
  /** By `laneKey`. */
  lanes: z.record(z.string(), desiredLane),
});

/** What shall run on this machine: written by `up` and by activities, read by the supervisor. */
export type DesiredState = Readonly<z.output<typeof desiredStateSchema>>;
export type DesiredLane = Readonly<z.output<typeof desiredLane>>;
/** The one-machine stack as the operator's file wants it. */
export type StackSettings = Readonly<z.output<typeof stack>>;
