import type { ArtifactStore } from '../../core/ports/artifact-store.ts';

/** Null when it was never written. The store holds only what Longhaul wrote, so the shape is trusted. */
export async function readDocument<T>(
  store: Pick<ArtifactStore, 'readDocument'>,
  key: string,
): Promise<T | null> {
  const json = await store.readDocument(key);
  return json === null ? null : (JSON.parse(json) as T);
}
