import { delimiter, join } from 'node:path';
import type { AttemptFolders } from './attempt-folders.ts';
import type { RunStepInput } from '../contracts.ts';
import { seededPytest } from './pytest-seed.ts';

/**
 * All that a step's command finds in its environment. It starts empty; the worker's own variables stay with the
 * worker. What is further down here wins: the machine, the file, the contract, the overlay, secrets, the run.
 */
export function stepEnvironment(given: {
  readonly input: RunStepInput;
  readonly folders: AttemptFolders;
  /** Folder of the Python environment. */
  readonly python: string | null;
  readonly secrets: Readonly<Record<string, string>>;
  readonly mlflowTrackingUri: string;
  /** Whether pytest takes the seed of pytest-randomly. */
  readonly seedsPytest: boolean;
}): Readonly<Record<string, string>> {
  const { input, folders, python, secrets, mlflowTrackingUri, seedsPytest } = given;
  const systemPath = process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin';
  return {
    PATH: python === null ? systemPath : [join(python, 'bin'), systemPath].join(delimiter),
    HOME: folders.home,
    TMPDIR: folders.temporary,
    LANG: 'C.UTF-8',
    PYTHONUNBUFFERED: '1',
    PYTHONHASHSEED: '42',
    ...(python === null ? {} : { VIRTUAL_ENV: python }),
    ...input.step.env,
    ...(seedsPytest ? seededPytest(input.step.env['PYTEST_ADDOPTS']) : {}),
    LONGHAUL_OUTPUT_DIR: folders.output,
    LONGHAUL_CHECKPOINT_DIR: folders.checkpoints,
    LONGHAUL_PROGRESS: folders.progress,
    LONGHAUL_COMMIT: input.run.commit,
    LONGHAUL_RUN_ID: input.run.id,
    ...input.run.overlay,
    ...secrets,
    ...('MLFLOW_RUN_ID' in input.extraEnv ? { MLFLOW_TRACKING_URI: mlflowTrackingUri } : {}),
    ...input.extraEnv,
  };
}
