import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef } from '../../core/artifact.ts';
import { diagnosticsSaid } from '../../core/training-diagnostics.ts';
import type { Attempt } from './attempt.ts';

/** What the package `longhaul` leaves of a training that failed; kept also where the file names no diagnostics. */
const usualDiagnostics = 'training_diagnostics.json';

/** Stores the documents for people that were left, without the values of secrets, and tells of diagnostics in a line. */
export async function storeDocuments({ deps, input, folders, redactor }: Attempt): Promise<{
  readonly documents: readonly ArtifactRef[];
  readonly notes: readonly string[];
}> {
  const { document, diagnostics = usualDiagnostics } = input.step.reports;
  const documents: ArtifactRef[] = [];
  const notes: string[] = [];
  for (const file of [document, diagnostics]) {
    if (file === undefined) continue;
    const path = join(folders.output, file);
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
