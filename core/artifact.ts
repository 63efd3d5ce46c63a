/** A stored thing, named by its content. `digest` is `sha256:<hex>`; `size` in bytes. */
export interface ArtifactRef {
  readonly digest: string;
  readonly size: number;
  /** A name for people: `unit-tests.log`, `report.md`. */
  readonly name: string;
}

/** A declared output of a step: a path in the workspace, stored as a file or (as a tar archive) a folder. */
export interface OutputRef {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly artifact: ArtifactRef;
}
