import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findTools, repositoryRoot } from '../../../local/tools.ts';
import { startMlflow } from '../../servers/mlflow.ts';
import type { StartedMlflow } from '../../servers/mlflow.ts';
import { testCluster } from './cluster.ts';

/** The name under which the sample project's training registers its models; the first has version 1. */
export const FLIGHTS_MODEL = 'flights';

/** A real MLflow that pods reach, on an empty store. */
export const startRegistry = (): Promise<StartedMlflow> => startMlflow(testCluster().hostAddress);

/** Trains the sample project on its sample of data, in about ten seconds, and registers the model as the next version. */
export async function trainFlights(registry: StartedMlflow, epochs = 1): Promise<void> {
  const output = await mkdtemp(join(tmpdir(), 'longhaul-flights-'));
  const project = join(repositoryRoot(), 'examples/flights');
  try {
    await promisify(execFile)(
      join(findTools().flightsPython, 'bin/python'),
      [
        ...['-m', 'flights.train', '--data-path', 'data/sample', '--model-path', join(output, 'model')],
        ...['--max-epochs', String(epochs), '--register-model'],
      ],
      {
        cwd: project,
        env: {
          ...process.env,
          PYTHONPATH: 'src',
          PYTHONDONTWRITEBYTECODE: '1',
          MLFLOW_TRACKING_URI: registry.trackingUri,
          MLFLOW_DISABLE_TELEMETRY: 'true',
          LONGHAUL_OUTPUT_DIR: output,
          LONGHAUL_CHECKPOINT_DIR: output,
        },
      },
    );
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}
