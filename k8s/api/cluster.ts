/**
 * The Kubernetes API as far as Longhaul needs it: one namespace of one cluster, objects as the API writes them. Every
 * write says what shall be. Errors are LonghaulErrors: Unreachable (retried), NotPermitted with the verb and resource
 * that are missing, Conflict for a write from an outdated reading, Rejected with what the API server said.
 */
export interface Cluster {
  /** For people: `context/namespace`. */
  readonly name: string;
  readonly namespace: string;
  version(): Promise<ClusterVersion>;
  /** Null when it does not exist, or its kind is unknown to this cluster. */
  get<T extends Manifest = Manifest>(ref: ObjectRef): Promise<T | null>;
  list<T extends Manifest = Manifest>(kind: Kind, labels: Labels): Promise<readonly T[]>;
  /** Whether the cluster knows the kind (a CRD is installed). */
  has(kind: Kind): Promise<boolean>;
  /**
   * Server-side apply by the field manager `longhaul`; fields that others own are taken over. `dryRun`: what would be.
   * @throws LonghaulError Rejected, NotPermitted (also for what belongs to the whole cluster), Unreachable
   */
  apply<T extends Manifest>(manifest: T, options?: { readonly dryRun?: boolean }): Promise<T>;
  /** JSON Patch, all or nothing. @throws LonghaulError Conflict where a `test` fails, NotFound */
  patch<T extends Manifest = Manifest>(ref: ObjectRef, operations: readonly PatchOperation[]): Promise<T>;
  /**
   * Writes the whole object; its `metadata.resourceVersion` is the one that was read. `dryRun`: what would be.
   * @throws LonghaulError Conflict, NotFound
   */
  replace<T extends Manifest>(manifest: T, options?: { readonly dryRun?: boolean }): Promise<T>;
  /** @throws LonghaulError Conflict when it exists already */
  create<T extends Manifest>(manifest: T): Promise<T>;
  /** Deletes with its dependents; what is gone already is deleted. With `uid`, only that very object. */
  remove(ref: ObjectRef, options?: { readonly uid?: string }): Promise<void>;
  /** Resolves when something of these kinds and labels changed since the last call with the same ones, or after `withinMs`. */
  changed(kinds: readonly Kind[], labels: Labels, withinMs: number): Promise<void>;
  /** The last lines that a container wrote, long ones cut, values of known secrets masked; `previous`: before its last restart. Null where there are none. */
  logs(
    pod: string,
    container: string,
    options: { readonly lines: number; readonly previous: boolean },
  ): Promise<readonly string[] | null>;
  /** What the cluster tells about an object, newest first. */
  events(about: { readonly kind: string; readonly name: string }): Promise<readonly ClusterEvent[]>;
}

export interface ClusterVersion {
  /** Such as `v1.34.4`. */
  readonly name: string;
  readonly major: number;
  readonly minor: number;
}

export interface Kind {
  /** Such as `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
}

export interface ObjectRef extends Kind {
  readonly name: string;
}

export type Labels = Readonly<Record<string, string>>;

/** An object of the API, as JSON. */
export interface Manifest extends Kind {
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly [field: string]: unknown;
}

export type PatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

export interface ClusterEvent {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
  /** ISO time of its newest occurrence. */
  readonly at: string;
  readonly count: number;
}
