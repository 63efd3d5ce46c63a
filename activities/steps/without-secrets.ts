import { LonghaulError } from '../../core/errors.ts';
import type { Redactor } from '../../core/redact.ts';
import type { Diagnosis } from '../../core/step.ts';

/** An error goes into a history for all to read, and may quote what a program such as DVC said. */
export function errorWithoutSecrets(error: unknown, redactor: Redactor): unknown {
  if (!(error instanceof LonghaulError) || redactor.text(error.message) === error.message) return error;
  const { type, said, mend, diagnosis } = error;
  return new LonghaulError(type, redactor.text(said), {
    ...(mend === undefined ? {} : { mend: redactor.text(mend) }),
    ...(diagnosis === undefined ? {} : { diagnosis: diagnosisWithoutSecrets(diagnosis, redactor) }),
  });
}

/** What was recognized may quote what a program printed. */
export const diagnosisWithoutSecrets = (diagnosis: Diagnosis, redactor: Redactor): Diagnosis => ({
  ...diagnosis,
  cause: redactor.text(diagnosis.cause),
  mend: redactor.text(diagnosis.mend),
});
