import type { ModelRegistry } from '../../core/ports/model-registry.ts';
import { getAlias, setAlias } from './mlflow-aliases.ts';
import { downloadVersion } from './mlflow-download.ts';
import { createMlflowHttp } from './mlflow-http.ts';
import { closeRun, openRun, runMetrics } from './mlflow-runs.ts';
import { describeVersion, registerRun, setVersionTags } from './mlflow-versions.ts';

/**
 * The registry on an MLflow 3 tracking server, over its REST API, with aliases. Every call may repeat.
 * All methods throw LonghaulError: Unreachable for a server that is away or faulty (retried by the activity),
 * NotFound for what does not exist, Rejected for other refusals.
 */
export function createMlflowRegistry(options: {
  readonly trackingUri: string;
  /** Milliseconds per request; 30 s by default. */
  readonly timeoutMs?: number;
}): ModelRegistry {
  const http = createMlflowHttp(options.trackingUri, options.timeoutMs);
  return {
    openRun: (input) => openRun(http, input),
    closeRun: (runId, status) => closeRun(http, runId, status),
    register: (input) => registerRun(http, input),
    describe: (model, version) => describeVersion(http, model, version),
    getAlias: (model, alias) => getAlias(http, model, alias),
    setAlias: (input) => setAlias(http, input),
    setTags: (model, version, tags) => setVersionTags(http, model, version, tags),
    download: ({ model, version }, folder) => downloadVersion(http, model, version, folder),
    metrics: (runId) => runMetrics(http, runId),
  };
}
