/** The part of proper-lockfile that Longhaul uses; the package has no types of its own. */
declare module 'proper-lockfile' {
  interface LockOptions {
    /** Milliseconds without an update after which a lock counts as left by a dead process. */
    readonly stale?: number;
    readonly update?: number;
    /** Whether the locked path has to exist. */
    readonly realpath?: boolean;
    readonly retries?: {
      readonly retries: number;
      readonly minTimeout: number;
      readonly maxTimeout: number;
      readonly factor?: number;
    };
    readonly onCompromised?: (error: Error) => void;
  }
  export function lock(path: string, options?: LockOptions): Promise<() => Promise<void>>;
}
