import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef } from '../../core/artifact.ts';
import type { StepFacts } from '../../core/step.ts';
import { diagnosticsSaid } from '../../core/training-diagnostics.ts';
import type { Attempt } from './attempt.ts';
import { progressDocument } from './progress.ts';

/** What the package `longhaul` leaves of a training that failed; kept also where the file names no diagnostics. */
const usualDiagnostics = 'training_diagnostics.json';

/**
 * Stores the documents for people that were left, the report of tests that failed, and the epochs that a training told,
 * without the values of secrets, and tells of diagnostics in a line.
 */
export async function storeDocuments(
  { deps, input, folders, redactor }: Attempt,
  { tests }: Pick<StepFacts, 'tests'>,
): Promise<{
  readonly documents: readonly ArtifactRef[];
  readonly notes: readonly string[];
}> {
  const { document, diagnostics = usualDiagnostics, junit } = input.step.reports;
  const documents: ArtifactRef[] = [];
  const notes: string[] = [];
  const failedTests = junit === undefined || (tests?.failed ?? 0) === 0 ? [] : junit;
  const left = [document ?? [], diagnostics, failedTests]
    .flat()
    .map((file) => [file, join(folders.output, file)] as const);
  for (const [file, path] of [...left, [progressDocument, folders.progress] as const]) {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) continue;
    const clean = redactor.text(text);
    documents.push(
      clean === text ? await deps.store.putFile(path, file) : await deps.store.putText(clean, file),
    );
    const said = file === diagnostics ? diagnosticsSaid(clean) : null;
    if (said !== null) notes.push(`${file}: ${said}`);
  }
  return { documents, notes };
}
