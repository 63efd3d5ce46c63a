import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
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

/**
 * Trains the sample project on its sample of data, in about ten seconds, and registers the model as the next version. It
 * does so in a copy, with data that it makes itself: a fresh checkout has none.
 */
export async function trainFlights(registry: StartedMlflow, epochs = 1): Promise<void> {
  const output = await mkdtemp(join(tmpdir(), 'longhaul-flights-'));
  const project = join(output, 'project');
  const python = (...args: readonly string[]): Promise<unknown> =>
    promisify(execFile)(join(findTools().flightsPython, 'bin/python'), args, {
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
    });
  try {
    await cp(join(repositoryRoot(), 'examples/flights'), project, { recursive: true });
    await python('scripts/make_data.py');
    await python(
      ...['-m', 'flights.train', '--data-path', 'data/sample', '--model-path', join(output, 'model')],
      ...['--max-epochs', String(epochs), '--register-model'],
    );
  } finally {
    await rm(output, { recursive: true, force: true });
  }
}
