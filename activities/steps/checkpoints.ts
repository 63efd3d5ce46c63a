import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import type { ArtifactRef } from '../../core/artifact.ts';
import { LonghaulError } from '../../core/errors.ts';
import { documentKeys } from '../../core/ids.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { RunContext } from '../../core/step.ts';
import { readDocument } from '../store/read-document.ts';

/** The newest checkpoints of a training, kept in the store so that any worker, and a later run, can go on from them. */
export interface Checkpoints {
  /** Stores the file, and only then names it as the one to go on from. An older epoch than the newest is left out. */
  readonly keep: (file: string, epoch: number) => Promise<void>;
  /** Puts the newest checkpoint that is whole into `folder`; null when there is none. */
  readonly place: (folder: string) => Promise<PlacedCheckpoint | null>;
  /** The training passed: the next one of the same content starts afresh. */
  readonly drop: () => Promise<void>;
  /** The training failed by itself: another run does not go on from what may be the cause. */
  readonly blame: () => Promise<void>;
}

export interface PlacedCheckpoint {
  readonly epoch: number;
  /** The other run that made it; absent for one of this run. */
  readonly madeBy?: string;
  /** Names of the memory rungs that it was made with. */
  readonly rungs: readonly string[];
}

/** What one run has made. Each run writes a document of its own, so that runs of the same content never meet. */
interface MadeByRun {
  readonly run: string;
  /** A later attempt has the last word over one that hangs. */
  readonly attempt: number;
  readonly at: string;
  readonly rungs: readonly string[];
  readonly blamed?: boolean;
  /** Newest first: where one is missing or damaged, the one before it serves. */
  readonly newest: readonly StoredCheckpoint[];
}

export interface StoredCheckpoint {
  readonly epoch: number;
  readonly artifact: ArtifactRef;
}

const kept = 2;

/**
 * Checkpoints of one attempt. `basis` says what they rest on, the same for all runs that train the same thing: one run
 * goes on from what another one has made, unless it ignores caches.
 */
export function createCheckpoints(
  store: ArtifactStore,
  given: {
    readonly run: RunContext;
    readonly basis: string;
    readonly attempt: number;
    readonly rungs: readonly string[];
    /** What the run made while version 0.1.0 ran it, found only where this version has made nothing yet. */
    readonly madeBefore?: () => Promise<StoredCheckpoint | null>;
  },
): Checkpoints {
  const { run, basis, attempt, rungs, madeBefore = () => Promise.resolve(null) } = given;
  const folder = documentKeys.checkpoints(run.project, basis);
  const ownKey = `${folder}runs/${idOf(run)}`;
  const passedKey = `${folder}passed`;
  let newest: readonly StoredCheckpoint[] = [];

  const read = (key: string): Promise<MadeByRun | null> => readDocument(store, key);

  const write = async (blamed: boolean): Promise<void> => {
    if (((await read(ownKey))?.attempt ?? 0) > attempt) return;
    const at = new Date().toISOString();
    const made = { run: run.id, attempt, at, rungs, ...(blamed ? { blamed } : {}), newest };
    await store.writeDocument(ownKey, JSON.stringify(made satisfies MadeByRun));
  };

  const madeByOthers = async (): Promise<readonly MadeByRun[]> => {
    if (run.cache === 'ignore') return [];
    const since = (await readDocument<{ readonly at: string }>(store, passedKey))?.at ?? '';
    const keys = await store.listDocuments(`${folder}runs/`);
    const made = (await Promise.all(keys.map(read))).filter((each) => each !== null);
    return made
      .filter(({ at, blamed }) => at > since && blamed !== true)
      .sort((a, b) => (b.newest[0]?.epoch ?? 0) - (a.newest[0]?.epoch ?? 0));
  };

  const asOwn = (before: StoredCheckpoint | null): MadeByRun | null =>
    before === null ? null : { run: run.id, attempt: 0, at: '', rungs: [], newest: [before] };

  const placeOwn = async (own: MadeByRun, into: string): Promise<PlacedCheckpoint | null> => {
    const placed = await placeFirstWhole(store, own, into);
    newest = own.newest.filter(({ epoch }) => epoch <= (placed?.epoch ?? 0));
    return placed;
  };

  const placeOther = async (into: string): Promise<PlacedCheckpoint | null> => {
    for (const made of await madeByOthers()) {
      const placed = await placeFirstWhole(store, made, into);
      if (placed !== null) return { ...placed, madeBy: made.run };
    }
    return null;
  };

  return {
    async keep(file, epoch) {
      if ((newest[0]?.epoch ?? 0) >= epoch) return;
      const artifact = await store.putFile(file, basename(file));
      newest = [{ epoch, artifact }, ...newest].slice(0, kept);
      await write(false);
    },

    async place(into) {
      const own = (await read(ownKey)) ?? asOwn(await madeBefore());
      return own === null ? placeOther(into) : placeOwn(own, into);
    },

    drop: () => store.writeDocument(passedKey, JSON.stringify({ at: new Date().toISOString() })),

    blame: () => (newest.length === 0 ? Promise.resolve() : write(true)),
  };
}

async function placeFirstWhole(
  store: ArtifactStore,
  { newest, rungs }: MadeByRun,
  into: string,
): Promise<PlacedCheckpoint | null> {
  for (const { epoch, artifact } of newest) {
    if (await fetchWhole(store, artifact, into)) return { epoch, rungs };
  }
  return null;
}

/** False for an artifact that is missing or damaged. */
async function fetchWhole(store: ArtifactStore, artifact: ArtifactRef, folder: string): Promise<boolean> {
  try {
    await store.getFile(artifact.digest, join(folder, artifact.name));
    return true;
  } catch (error) {
    if (error instanceof LonghaulError && error.type === 'NotFound') return false;
    throw error;
  }
}

/** A commit's CI runs share an id: Temporal's own tells them apart. */
const idOf = ({ id, runId = '' }: RunContext): string =>
  createHash('sha256').update(`${id}\0${runId}`).digest('hex').slice(0, 24);
