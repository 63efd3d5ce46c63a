import { join } from 'node:path';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { HomePaths } from '../../local/home.ts';
import { createDirectoryStore } from './directory-store.ts';

/**
 * The artifact store of the operator's file: `directory` (absolute) when it names one, with the documents in it, else the
 * folders of the home.
 */
export function createArtifactStore(config: {
  readonly directory?: string | undefined;
  readonly home: Pick<HomePaths, 'artifacts' | 'documents'>;
}): ArtifactStore {
  const { directory, home } = config;
  return createDirectoryStore(
    directory === undefined
      ? { artifacts: home.artifacts, documents: home.documents }
      : { artifacts: directory, documents: join(directory, 'documents') },
  );
}
