import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { Redactor } from '../../core/redact.ts';
import type { MemorySettings } from '../../core/retry.ts';
import type { CacheHome } from '../../local/caches/places.ts';
import type { HomePaths } from '../../local/home.ts';
import type { Caches } from '../caches/index.ts';
import type { RunStepInput } from '../contracts.ts';
import type { Workspace } from '../workspace/index.ts';
import type { AttemptFolders } from './attempt-folders.ts';
import type { StepLog } from './step-log.ts';

export interface StepDeps {
  readonly home: Pick<HomePaths, 'worktrees' | 'logs'> & CacheHome;
  readonly workspace: Pick<Workspace, 'checkouts' | 'pythonEnvironments' | 'secrets'>;
  readonly caches: Pick<Caches, 'lend'>;
  readonly store: ArtifactStore;
  /** Where MLflow is; given to steps that log into a run that Longhaul opened. */
  readonly mlflowTrackingUri: string;
  /** Time between SIGTERM and SIGKILL; 10 s when absent. */
  readonly graceMs?: number;
  /** Time between heartbeats; 2 s when absent. */
  readonly heartbeatMs?: number;
}

/** One try at a step, with all that its parts share. */
export interface Attempt {
  readonly deps: StepDeps;
  readonly input: RunStepInput;
  /** Starts at 1. */
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** What was done so that it needs less memory. */
  readonly memory: MemorySettings;
  readonly folders: AttemptFolders;
  readonly secrets: Readonly<Record<string, string>>;
  readonly redactor: Redactor;
  readonly log: StepLog;
  readonly cancelled: AbortSignal;
}
