/** Fresh folders of code at a commit. */
export interface Checkouts {
  /** Makes `folder` a worktree of `commit` from the host's mirror of the project, fetching if needed. @throws UnknownCommit, NotPermitted */
  checkout(project: string, commit: string, folder: string): Promise<void>;
  /** Removes a worktree and what git knows of it. */
  remove(project: string, folder: string): Promise<void>;
}

/** Python environments, one a lock file's content, shared by runs. */
export interface PythonEnvironments {
  /** Resolves to the folder that holds `bin/python`; makes it once. @throws BrokenEnvironment, Unreachable */
  ensure(input: {
    readonly folder: string;
    readonly requirements: readonly string[];
    readonly python?: string;
  }): Promise<string>;
}

/** Values of the secrets that the operator's file names. */
export interface Secrets {
  /** Environment variables by secret name. @throws MissingSecret, NotPermitted */
  resolve(names: readonly string[]): Promise<Readonly<Record<string, string>>>;
}
