/** Where the demo's models are served: this machine, or a cluster. */
export interface Place {
  /** Before anything of Longhaul runs. `tell` hears each step. */
  open(tell: (line: string) => void): Promise<OpenPlace>;
  /** Ends what `open` started, however far it came; what ran before is left as it was. */
  end(): Promise<void>;
  /** For those who keep it all. */
  readonly kept: Kept;
}

/** Commands for what is left running beside Longhaul itself. */
export interface Kept {
  readonly toLookAt: readonly string[];
  readonly toEnd: readonly string[];
}

export interface OpenPlace {
  /** Null: those that an operator's file of one machine has. */
  readonly clusterEnvironments: ClusterEnvironments | null;
  /** Makes what the operator of the environments would, with the token of the model's users. */
  prepare(token: string): Promise<void>;
  /** What the project's own CI does with a commit that is checked out in `clone`, so that it can run here. */
  provideImage(commit: string, clone: string): Promise<void>;
  /** Who splits the traffic, as its word is told. */
  readonly router: string;
  /** Percent of production's traffic that goes to a candidate, by the router itself. */
  candidateWeight(): Promise<number>;
}

/** What the operator's file says of environments on a cluster. */
export interface ClusterEnvironments {
  /** Address of this machine that pods reach MLflow by. */
  readonly mlflowHost: string;
  /** By name. `prometheus` is the address of the stack's. */
  readonly environments: (prometheus: string) => Readonly<Record<string, object>>;
}
