import type { LaneRef } from './ids.ts';

/** The two places in a lane that traffic can go to. */
export type Track = 'stable' | 'candidate';

/** A registered version of a model. `source` is where its files are, as the registry names it. */
export interface ModelVersion {
  readonly model: string;
  readonly version: string;
  readonly runId: string;
  readonly source: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** How a project's server is started. HOST, PORT, MODEL_PATH and MODEL_VERSION are added by the target. */
export interface ServeSpec {
  readonly run: string;
  readonly requirements: readonly string[];
  readonly extras?: readonly string[];
  readonly groups?: readonly string[];
  readonly install?: readonly string[];
  readonly python?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
  readonly healthPath: string;
  readonly metricsPath: string;
  readonly versionHeader: string;
  readonly startTimeoutMs: number;
}

/** One arm: a model version served in the environment of its commit. `id` is made from all the rest but replicas. */
export interface ArmSpec {
  readonly id: string;
  readonly release: string;
  readonly project: string;
  readonly commit: string;
  readonly model: string;
  readonly version: string;
  readonly runId: string;
  readonly source: string;
  readonly serve: ServeSpec;
  /** `LONGHAUL_CONFIG_*` values of the environment. */
  readonly overlay: Readonly<Record<string, string>>;
  readonly replicas: number;
}

/** What a lane serves at one moment; the truth that an undo goes back to. */
export interface TargetSnapshot {
  readonly lane: LaneRef;
  readonly takenAt: string;
  readonly stable: ArmSpec | null;
  readonly candidate: ArmSpec | null;
  /** Share of the traffic, in percent, that goes to the candidate. */
  readonly candidateWeight: number;
}

export interface ArmStatus {
  readonly track: Track;
  readonly id: string;
  readonly version: string;
  readonly desired: number;
  readonly ready: number;
  /** Times that a replica ended by itself and was started again. */
  readonly restarts: number;
  /** Why replicas are not ready, with the server's last lines, where known. */
  readonly problem?: string;
}

export interface TargetStatus {
  readonly lane: LaneRef;
  readonly arms: readonly ArmStatus[];
  /** As the router itself reports it, not as it was asked for. */
  readonly candidateWeight: number;
  readonly baseUrl: string;
}

/** What came of putting something back: what was verified, and what could not be undone. */
export interface RestoreReport {
  readonly verified: boolean;
  readonly detail: string;
  readonly residue: readonly string[];
}
