import { z } from 'zod';
import { stateVersion } from './desired-state.ts';

const identity = z.object({ pid: z.int(), startTime: z.string() });

const observedProcess = z.object({
  /** `mlflow`, or `flight-delay.production/flight-delay-v3-0a1b2c3d/0` for a replica. */
  key: z.string(),
  /** Absent between two starts. */
  process: identity.nullable(),
  port: z.int(),
  /** `waiting`: it ended by itself and is started again later. `ending`: traffic is away, or it was told to end. */
  state: z.enum(['starting', 'ready', 'unready', 'waiting', 'ending']),
  /** Times that it ended by itself, or never got ready, and was started again. */
  restarts: z.int(),
  /** Crashes since it was last up for long. */
  crashesInARow: z.int(),
  /** Why it is not ready, in words, with secrets blotted out. */
  problem: z.string().nullable(),
  /** The newest lines of its log at the last crash. */
  lastLines: z.array(z.string()),
  replica: z
    .object({ laneKey: z.string(), armId: z.string(), index: z.int(), version: z.string() })
    .nullable(),
});

export const observedStateSchema = z.object({
  version: z.literal(stateVersion),
  /** Who wrote this; it may have ended since. */
  supervisor: identity.nullable(),
  /** `failed`: the stack could not be started and nothing runs; `problem` says why. */
  phase: z.enum(['starting', 'running', 'stopping', 'stopped', 'failed']),
  problem: z.string().nullable(),
  /** Of a start that failed: something else was in the way, or a server did not get ready. */
  problemType: z.enum(['Conflict', 'NotReady']).exactOptional(),
  /** Revision of the desired state that Envoy's routes were last seen to follow. */
  routedRevision: z.int(),
  processes: z.array(observedProcess),
});

/** What runs on this machine: written by the supervisor alone. */
export type ObservedState = z.output<typeof observedStateSchema>;
export type ObservedProcess = z.output<typeof observedProcess>;

export const nothingObserved: ObservedState = {
  version: stateVersion,
  supervisor: null,
  phase: 'stopped',
  problem: null,
  routedRevision: 0,
  processes: [],
};
