import type { WorktreeSource } from '../step.ts';

/** A commit of a project; `source` where no repository has it. */
export interface CommitRef {
  readonly project: string;
  readonly commit: string;
  readonly source?: WorktreeSource;
}

/** Fresh folders of code at a commit. */
export interface Checkouts {
  /**
   * Makes `folder` a worktree of the commit from the host's mirror of the project, fetching if needed. With `inputs`
   * (patterns), just the files that they choose, in an empty git repository that ends every search for a root.
   * @throws UnknownCommit, NotPermitted
   */
  checkout(commit: CommitRef, folder: string, inputs?: readonly string[]): Promise<void>;
  /** Removes a worktree and what git knows of it. */
  remove(project: string, folder: string): Promise<void>;
  /** The files of the commit that the patterns choose (all when absent): path to `mode blob-id`, by path. */
  list(commit: CommitRef, inputs?: readonly string[]): Promise<Readonly<Record<string, string>>>;
  /** Text of a file of the commit; null when it has none at that path. */
  read(commit: CommitRef, path: string): Promise<string | null>;
}

export interface PythonRequest {
  readonly commit: CommitRef;
  /** requirements files, pyproject.toml, setup.py, setup.cfg, uv.lock or poetry.lock, relative to the repository. */
  readonly requirements: readonly string[];
  readonly extras: readonly string[];
  readonly groups: readonly string[];
  /** `3.11`; absent: what the machine has. */
  readonly python?: string;
}

/** What a request was resolved to, once, for all workers that share a store. */
export interface PythonLock {
  /** Over the interpreter, the platform and every package with its version: `sha256:<hex>`. */
  readonly digest: string;
  /** Full version of the interpreter. */
  readonly version: string;
  readonly packages: number;
  /** Folders of the repository that the sources name as packages (`-e .`): in no shared environment, to be installed. */
  readonly local: readonly string[];
}

/** Python environments, one a lock, shared by runs. */
export interface PythonEnvironments {
  /** Resolves the request, or finds what it was resolved to before. @throws BrokenEnvironment, Unreachable */
  lock(request: PythonRequest): Promise<PythonLock>;
  /** Resolves to the environment's folder; makes it once. For layers over it, not to be run. @throws BrokenEnvironment, Unreachable */
  ensure(request: PythonRequest): Promise<string>;
  /**
   * A layer over `environment` at `layer`, for one user of it: the same packages and programs, and `folders` of `code`,
   * if any, installed as packages, without their dependencies. What is installed or written later stays in the layer.
   * Resolves to `layer`, which holds `bin/python`. @throws BrokenEnvironment
   */
  install(given: {
    readonly environment: string;
    readonly code: string;
    readonly folders: readonly string[];
    readonly layer: string;
  }): Promise<string>;
}

/** Values of the secrets that the operator's file names. */
export interface Secrets {
  /** Environment variables by secret name. @throws MissingSecret, NotPermitted */
  resolve(names: readonly string[]): Promise<Readonly<Record<string, string>>>;
}
