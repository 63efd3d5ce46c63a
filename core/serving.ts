import type { ArtifactRef } from './artifact.ts';
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

/** How a candidate takes over: step by step beside the champion, or all at once from one colour to the other. */
export type Strategy = 'canary' | 'blueGreen';

/** How the server runs on a cluster. */
export interface ContainerSpec {
  /** Reference of the image; `${COMMIT}` and the like are filled in when the arm is planned. */
  readonly image: string;
  /** `run`: the command line of `serve.run`, by the image's shell; `image`: the image's own entry point. */
  readonly startedBy: 'run' | 'image';
  /** Port that the server listens on; PORT tells it. */
  readonly port: number;
  /** Command line, in the same image, that fills `$MODEL_PATH` before the server starts; null: the image holds the model. */
  readonly fetchModel: string | null;
}

/** What a replica gets on a cluster, and what stands around the replicas. */
export interface ClusterDeployment {
  readonly resources: {
    /** As Kubernetes writes it: `500m`. */
    readonly cpu?: string;
    /** As Kubernetes writes it: `16Gi`. */
    readonly memory?: string;
    readonly gpu?: number;
  };
  /** Replicas follow the load: an autoscaler instead of a fixed number. `cpu` in percent of the request. */
  readonly autoscaling?: { readonly min: number; readonly max: number; readonly cpu: number };
  /** Replicas that a drain of nodes may take away at once: a number, or percent such as `25%`. */
  readonly maxUnavailable: number | string;
  /** Seconds that a replica which is to end goes on answering, until nobody sends to it any more. */
  readonly preStopSeconds: number;
  /** Folder of the repository with manifests of its own, instead of Longhaul's. */
  readonly manifests?: string;
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
  /** Absent where the project runs on no cluster. */
  readonly container?: ContainerSpec;
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
  /** Absent: canary. */
  readonly strategy?: Strategy;
  /** Absent where the environment is on no cluster. */
  readonly deployment?: ClusterDeployment;
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
  /** The objects of a cluster that a release may touch, as they were: what an undo compares with. */
  readonly objects?: ArtifactRef;
}

/** Starts that may fail before a server counts as broken; waiting for the deadline would only cost time. */
export const failedStartsAllowed = 3;

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
  /** The problem does not mend itself: waiting for it is in vain. */
  readonly hopeless?: boolean;
  /** `sha256:…` of the image that all ready replicas run, as a cluster tells it. */
  readonly imageDigest?: string;
}

export interface TargetStatus {
  readonly lane: LaneRef;
  readonly arms: readonly ArmStatus[];
  /** As the router itself reports it, not as it was asked for. */
  readonly candidateWeight: number;
  readonly baseUrl: string;
  /** What a request to `baseUrl` needs to reach the model, such as `host`; absent: nothing. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where the candidate alone answers before it has traffic, in a blue-green environment. */
  readonly previewUrl?: string;
  /** What a request to `previewUrl` needs; absent: nothing. */
  readonly previewHeaders?: Readonly<Record<string, string>>;
  /** What people should know although nothing is broken: a coarse split, a node that is waited for. */
  readonly warnings?: readonly string[];
}

/** What came of putting something back: what was verified, and what could not be undone. */
export interface RestoreReport {
  readonly verified: boolean;
  readonly detail: string;
  readonly residue: readonly string[];
}
