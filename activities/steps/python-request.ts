import type { CommitRef, PythonRequest } from '../../core/ports/workspace.ts';
import type { StepSpec } from '../../core/step.ts';

/** What a step's Python environment is resolved from; null for a step without Python. */
export function pythonRequestOf(
  commit: CommitRef,
  step: Pick<StepSpec, 'requirements' | 'extras' | 'groups' | 'python'>,
): PythonRequest | null {
  const { requirements, extras = [], groups = [], python } = step;
  if (requirements.length === 0) return null;
  return { commit, requirements, extras, groups, ...(python === undefined ? {} : { python }) };
}
