import type { ModelVersion } from '../serving.ts';

export interface ModelRegistry {
  /** Creates the run that a training logs into; the same `key` gives the same run. Resolves to the run id. */
  openRun(input: {
    readonly experiment: string;
    readonly name: string;
    readonly key: string;
    readonly tags: Readonly<Record<string, string>>;
  }): Promise<string>;
  /** Marks a run as ended. */
  closeRun(runId: string, status: 'FINISHED' | 'FAILED' | 'KILLED'): Promise<void>;
  /** Registers the model that the run logged; a run registers once, however often this is called. @throws NotFound if it logged none */
  register(input: {
    readonly model: string;
    readonly runId: string;
    readonly tags: Readonly<Record<string, string>>;
  }): Promise<ModelVersion>;
  describe(model: string, version: string): Promise<ModelVersion>;
  getAlias(model: string, alias: string): Promise<string | null>;
  /** Sets (or with null removes) the alias and reads it back. @throws Conflict when it is not `expected` before (given), NotVerified */
  setAlias(input: {
    readonly model: string;
    readonly alias: string;
    readonly version: string | null;
    readonly expected?: string | null;
  }): Promise<void>;
  setTags(model: string, version: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /** Copies the version's model files into `folder`. */
  download(version: ModelVersion, folder: string): Promise<void>;
  /** Metrics of a run. */
  metrics(runId: string): Promise<Readonly<Record<string, number>>>;
}
