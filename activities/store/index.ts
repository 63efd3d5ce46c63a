import { join } from 'node:path';
import type { StoreConfig } from '../../config/store-config.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { HomePaths } from '../../local/home.ts';
import { createDirectoryStore } from './directory-store.ts';
import { createS3Store } from './s3-store.ts';

/**
 * The artifact store of the operator's file: the bucket of `s3`, or `directory` (absolute) with the documents in it,
 * else the folders of the home.
 */
export function createArtifactStore(given: {
  readonly store?: StoreConfig;
  readonly home: Pick<HomePaths, 'artifacts' | 'documents'>;
}): ArtifactStore {
  const { store: { s3, directory } = {}, home } = given;
  if (s3 !== undefined) return createS3Store(s3);
  return createDirectoryStore(
    directory === undefined
      ? { artifacts: home.artifacts, documents: home.documents }
      : { artifacts: directory, documents: join(directory, 'documents') },
  );
}
