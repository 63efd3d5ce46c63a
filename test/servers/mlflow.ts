import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findTools } from '../../local/tools.ts';
import { freePort, startProcess } from './process.ts';

export interface StartedMlflow {
  readonly trackingUri: string;
  /** Logs a small real model with MLflow's own client into each run, at the given step. */
  readonly logModels: (models: readonly LoggedModelSpec[]) => Promise<void>;
  /** Calls the REST API below `/api/2.0/mlflow`. */
  readonly post: (path: string, body: object) => Promise<unknown>;
  readonly stop: () => Promise<void>;
}

export interface LoggedModelSpec {
  readonly runId: string;
  readonly name: string;
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
}

const LOG_MODELS = `
import json, pathlib, sys, tempfile, mlflow

class Echo(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input

words = pathlib.Path(tempfile.mkdtemp()) / "words.txt"
words.write_text("wind, distance")
for spec in json.loads(sys.argv[1]):
    with mlflow.start_run(run_id=spec["runId"]):
        for name, value in spec["metrics"].items():
            mlflow.log_metric(name, value / 2, step=1)
            mlflow.log_metric(name, value, step=2)
        mlflow.pyfunc.log_model(name=spec["name"], step=spec["step"], python_model=Echo(),
                                artifacts={"words": str(words)}, pip_requirements=[])
`;

/**
 * Starts a real MLflow tracking server, with its artifacts behind its proxy, on an empty store.
 * @param host an address of this machine; pods of a test cluster reach another one than the loopback
 */
export async function startMlflow(host = '127.0.0.1'): Promise<StartedMlflow> {
  const folder = await mkdtemp(join(tmpdir(), 'longhaul-mlflow-'));
  const port = await freePort(host);
  const trackingUri = `http://${host}:${port}`;
  const python = join(findTools().servicesPython, 'bin', 'python');
  const server = await startProcess({
    command: python,
    args: [
      ...['-m', 'mlflow', 'server', '--host', host, '--port', String(port), '--workers', '1'],
      ...['--backend-store-uri', `sqlite:///${join(folder, 'mlflow.db')}`],
      ...['--artifacts-destination', join(folder, 'artifacts')],
    ],
    ready: `${trackingUri}/health`,
    env: { MLFLOW_DISABLE_TELEMETRY: 'true', MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false' },
  });
  return {
    trackingUri,
    async logModels(models) {
      const env = { ...process.env, MLFLOW_TRACKING_URI: trackingUri, MLFLOW_DISABLE_TELEMETRY: 'true' };
      await promisify(execFile)(python, ['-c', LOG_MODELS, JSON.stringify(models)], { env });
    },
    async post(path, body) {
      const response = await fetch(`${trackingUri}/api/2.0/mlflow/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(await response.text());
      return response.json();
    },
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
