import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MemorySettings } from '../../core/retry.ts';
import type { AttemptFolders } from './attempt-folders.ts';
import type { RunStepInput } from '../contracts.ts';
import { seededPytest } from './pytest-seed.ts';

/**
 * All that a step's command finds in its environment. It starts empty; the worker's own variables stay with the
 * worker. What is further down here wins: the machine, the file, the contract, the overlay, the rungs of the memory
 * ladder (they may set what the overlay sets), secrets, the run.
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
  /** Where this machine's caches are; absent where only what is the same on every machine counts. */
  readonly caches?: Readonly<Record<string, string>>;
  /** What one attempt does not share with another; absent where only what they share counts. */
  readonly attempt?: AttemptSettings;
}): Readonly<Record<string, string>> {
  const { input, folders, python, secrets, mlflowTrackingUri, seedsPytest, caches, attempt } = given;
  const systemPath = process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin';
  return {
    PATH: python === null ? systemPath : [join(python, 'bin'), systemPath].join(delimiter),
    HOME: folders.home,
    TMPDIR: folders.temporary,
    LANG: 'C.UTF-8',
    PYTHONUNBUFFERED: '1',
    PYTHONHASHSEED: '42',
    ...(python === null ? {} : { VIRTUAL_ENV: python }),
    ...caches,
    ...attempt?.gpuDefaults,
    ...input.step.env,
    ...(seedsPytest ? seededPytest(input.step.env['PYTEST_ADDOPTS']) : {}),
    LONGHAUL_OUTPUT_DIR: folders.output,
    LONGHAUL_CHECKPOINT_DIR: folders.checkpoints,
    LONGHAUL_PROGRESS: folders.progress,
    LONGHAUL_COMMIT: input.run.commit,
    LONGHAUL_RUN_ID: input.run.id,
    ...(attempt === undefined ? {} : ofAttempt(attempt, input.step.env['PYTHONPATH'])),
    ...input.run.overlay,
    ...attempt?.memory.env,
    ...secrets,
    ...('MLFLOW_RUN_ID' in input.extraEnv ? { MLFLOW_TRACKING_URI: mlflowTrackingUri } : {}),
    ...input.extraEnv,
  };
}

/** Which attempt it is, what it has, and how it needs less memory than the first. */
export interface AttemptSettings {
  /** Starts at 1. */
  readonly number: number;
  readonly memory: MemorySettings;
  /** Devices and the allocator's settings, where the file sets none. */
  readonly gpuDefaults: Readonly<Record<string, string>>;
}

const ofAttempt = (
  { number, memory }: AttemptSettings,
  pythonPath: string | undefined,
): Readonly<Record<string, string>> => ({
  LONGHAUL_ATTEMPT: String(number),
  LONGHAUL_MEMORY_RUNG: String(memory.rungs.length),
  PYTHONPATH: [...(pythonPath === undefined || pythonPath === '' ? [] : [pythonPath]), helperFolder].join(
    delimiter,
  ),
});

/** The folder of the package `longhaul` that a step's Python may import; a project's own modules come before it. */
export const helperFolder = fileURLToPath(new URL('../training/python', import.meta.url));
