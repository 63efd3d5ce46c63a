import { documentKeys } from '../../core/ids.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { StepSpec } from '../../core/step.ts';
import type { RunStepInput } from '../contracts.ts';

type Named = Pick<RunStepInput, 'run' | 'step'>;

/** By its settings; any other step is one as soon as it tells an epoch. */
export const isTraining = ({ queue, gpu, onOutOfMemory }: StepSpec): boolean =>
  queue === 'gpu' || gpu !== undefined || onOutOfMemory !== undefined;

/**
 * Whether checkpoints of this step are worth looking for. One read of the store at most: what they rest on takes git,
 * the Python lock and several more to tell, and most steps leave none.
 */
export async function mayHaveCheckpoints(
  store: Pick<ArtifactStore, 'readDocument'>,
  { run, step }: Named,
  attempt: number,
): Promise<boolean> {
  if (attempt > 1 || isTraining(step)) return true;
  return (await store.readDocument(documentKeys.leavesCheckpoints(run.project, step.name))) !== null;
}

/**
 * To be told before the first checkpoint is named, so that none is ever overlooked. What a stranger's code leaves is only
 * for its own later attempts, which look without being told.
 */
export async function tellThatItLeavesCheckpoints(
  store: Pick<ArtifactStore, 'writeDocument'>,
  { run, step }: Named,
): Promise<void> {
  if (run.untrusted === true) return;
  await store.writeDocument(documentKeys.leavesCheckpoints(run.project, step.name), '{}');
}
