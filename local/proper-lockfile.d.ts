declare module 'proper-lockfile' {
  interface LockOptions {
    /** Milliseconds after which a lock that is no longer renewed counts as left behind. */
    readonly stale?: number;
    /** False: the file itself need not exist. */
    readonly realpath?: boolean;
    readonly retries?: {
      readonly retries: number;
      readonly factor?: number;
      readonly minTimeout?: number;
      readonly maxTimeout?: number;
    };
  }
  const lockfile: {
    lock(file: string, options?: LockOptions): Promise<() => Promise<void>>;
  };
  export default lockfile;
}
