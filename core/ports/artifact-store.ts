import type { ArtifactRef } from '../artifact.ts';

/** Content-addressed storage. Implementations: a directory, S3; MLflow artifacts fit behind it. */
export interface ArtifactStore {
  /** Stores a file's bytes; storing the same bytes twice is one artifact. */
  putFile(path: string, name: string): Promise<ArtifactRef>;
  putText(text: string, name: string): Promise<ArtifactRef>;
  /** Writes the artifact to `path` after checking its digest. @throws LonghaulError NotFound */
  getFile(digest: string, path: string): Promise<void>;
  getText(digest: string): Promise<string>;
  has(digest: string): Promise<boolean>;
  /** A small mutable document under a stable key (a release's record, a run's result). */
  writeDocument(key: string, json: string): Promise<void>;
  readDocument(key: string): Promise<string | null>;
  listDocuments(prefix: string): Promise<readonly string[]>;
}
