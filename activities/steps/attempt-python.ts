import { join } from 'node:path';
import { isPackage } from '../workspace/python-layer.ts';
import type { Attempt } from './attempt.ts';
import { pythonRequestOf } from './python-request.ts';

/** The Python of one attempt. */
export interface AttemptPython {
  /** Folder that holds `bin/python`: the attempt's own layer. */
  readonly folder: string;
  /** The environment beneath, which other runs have as well. */
  readonly shared: string;
}

/**
 * Finds or makes the step's Python environment, and a layer of the attempt over it: it holds the repository's own
 * packages, and whatever the commands install. Does not wait for the shared one when the attempt is cancelled: it is
 * not made in vain.
 * @throws LonghaulError BrokenEnvironment, Unreachable
 */
export async function preparePython(attempt: Attempt): Promise<AttemptPython | null> {
  const { deps, input, folders, log, cancelled } = attempt;
  const request = pythonRequestOf(input.run, input.step);
  if (request === null) return null;
  const { pythonEnvironments } = deps.workspace;
  await log.say(`# Python environment of ${request.requirements.join(', ')}`);
  const whenCancelled = rejectWhenAborted(cancelled);
  const lock = await Promise.race([pythonEnvironments.lock(request), whenCancelled]);
  await log.say(`# Python ${lock.version} with ${lock.packages} packages`);
  const shared = await Promise.race([pythonEnvironments.ensure(request), whenCancelled]);
  const packages = await packagesToInstall(attempt, lock.local);
  if (packages.length > 0) await log.say(`# installing ${packages.join(', ')} from the checkout`);
  const folder = await pythonEnvironments.install({
    ...{ environment: shared, code: folders.code, folders: packages, layer: join(folders.root, 'python') },
  });
  cancelled.throwIfAborted();
  return { folder, shared };
}

/** What the file names, and what the requirements name where the step sees it. */
async function packagesToInstall(
  { input, folders, log }: Attempt,
  local: readonly string[],
): Promise<readonly string[]> {
  const packages = new Set(input.step.install ?? []);
  for (const folder of local) {
    if (await isPackage(folders.code, folder)) packages.add(folder);
    else
      await log.say(`# ${folder} is named as a package, but is not among the step’s inputs: not installed`);
  }
  return [...packages];
}

function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => {
    reject(signal.reason as Error);
  };
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return promise;
}
