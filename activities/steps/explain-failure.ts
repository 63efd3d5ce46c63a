import { diagnose, type FailureEnd, type TrainingAtTimeout } from '../../core/failures/diagnose.ts';
import type { Diagnosis } from '../../core/step.ts';
import { projectTraining } from '../../core/training-time.ts';
import type { Attempt } from './attempt.ts';
import type { SeenProgress } from './conclude-step.ts';
import type { Execution } from './execute-step.ts';
import { findUnseededTests } from './unseeded-tests.ts';
import { diagnosisWithoutSecrets } from './without-secrets.ts';

/** The known cause of a step that did not pass, and how to mend it, without the values of secrets; else null. */
export async function explainFailure(
  { input, folders, redactor }: Attempt,
  { end, failedTests, seedsPytest }: Execution,
  progress: SeenProgress,
): Promise<Diagnosis | null> {
  const evidence = end.kind === 'failed' ? end.evidence : { output: '', oomKilled: null };
  const known =
    (end.kind === 'failed' ? end.diagnosis : undefined) ??
    diagnose({
      ...evidence,
      end: endOf(end, input.step.timeoutMs, progress),
      unseeded: await findUnseededTests(folders.code, failedTests, seedsPytest),
    });
  return known === null ? null : diagnosisWithoutSecrets(known, redactor);
}

function endOf(end: Execution['end'], limitMs: number, progress: SeenProgress): FailureEnd {
  switch (end.kind) {
    case 'failed':
      return end.evidence.end;
    case 'passed':
      return { kind: 'judged' };
    case 'stopped':
    case 'timedOut': {
      const training = trainingAt(progress);
      return { kind: 'timedOut', limitMs, ...(training === null ? {} : { training }) };
    }
  }
}

/** The projection takes each epoch to last as long as those of this attempt did. */
function trainingAt({ newest, epochs }: SeenProgress): TrainingAtTimeout | null {
  if (newest === null) return null;
  const projection = epochs === null ? null : projectTraining(epochs);
  return {
    epoch: newest.epoch,
    epochs: newest.epochs,
    ...(projection === null ? {} : { projectedMs: projection.wholeMs }),
  };
}
