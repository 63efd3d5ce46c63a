import { canonicalJson } from '../../core/canonical-json.ts';
import { LonghaulError } from '../../core/errors.ts';
import type { StepFingerprint } from '../../core/fingerprint.ts';
import { documentKeys } from '../../core/ids.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import { readDocument } from './read-document.ts';

/** As it lies in the store: a long list of files is an artifact, one for all steps that see the same. */
type StoredFingerprint = Omit<StepFingerprint, 'files'> & { readonly files: string };

/** Keeps a fingerprint under its digest; the first that is kept stays. */
export async function keepFingerprint(store: ArtifactStore, fingerprint: StepFingerprint): Promise<void> {
  const key = documentKeys.fingerprint(fingerprint.digest);
  if ((await store.readDocument(key)) !== null) return;
  const { digest } = await store.putText(canonicalJson(fingerprint.files), 'files.json');
  const stored: StoredFingerprint = { ...fingerprint, files: digest };
  await store.writeDocument(key, JSON.stringify(stored));
}

/** Null when it was never kept, or its files are no longer in the store. */
export async function readFingerprint(store: ArtifactStore, digest: string): Promise<StepFingerprint | null> {
  const stored = await readDocument<StoredFingerprint>(store, documentKeys.fingerprint(digest));
  if (stored === null) return null;
  try {
    return { ...stored, files: JSON.parse(await store.getText(stored.files)) as StepFingerprint['files'] };
  } catch (error) {
    if (error instanceof LonghaulError && error.type === 'NotFound') return null;
    throw error;
  }
}
