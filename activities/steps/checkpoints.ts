import { basename, join } from 'node:path';
import type { ArtifactRef } from '../../core/artifact.ts';
import {
  leftOutFor,
  ownUpTo,
  rankCheckpoints,
  speaksAgainst,
  withCheckpoint,
  withStrike,
} from '../../core/checkpoints.ts';
import type {
  CheckpointDocuments,
  CheckpointsOfRun,
  RankedCheckpoint,
  Ranking,
  StoredCheckpoint,
} from '../../core/checkpoints.ts';
import { LonghaulError } from '../../core/errors.ts';
import { documentKeys } from '../../core/ids.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { RunContext } from '../../core/step.ts';
import { readDocument } from '../store/read-document.ts';
import {
  checkpointDocumentId,
  checkpointKeys,
  readAllCheckpoints,
  readOwnCheckpoints,
} from './checkpoint-documents.ts';
import type { KeptCheckpoints } from './checkpoint-documents.ts';

/**
 * The newest checkpoints of a training, kept in the store so that any worker, and a later run, can go on from them.
 * Nothing is asked of the store before the first call.
 */
export interface Checkpoints {
  /** Stores the file, and only then names it as the one to go on from. An older epoch than the newest is left out. */
  readonly keep: (file: string, epoch: number) => Promise<void>;
  /**
   * Puts the first checkpoint that is whole and not struck out into `folder`. Does not wait for what the checkpoints
   * rest on to be told once `cancelled` rejects.
   */
  readonly place: (folder: string, cancelled: Promise<never>) => Promise<Placing>;
  /** The training passed: the next one of the same content starts afresh. */
  readonly drop: () => Promise<void>;
  /** The attempt failed by itself, `reached` being its last epoch: the checkpoint that it began with may be why. */
  readonly failedAt: (reached: number) => Promise<void>;
}

export interface Placing {
  /** Null when there is none. */
  readonly placed: PlacedCheckpoint | null;
  /** Epochs of those that would have come before it, but for the attempts that failed from them. */
  readonly leftOut: readonly number[];
}

export interface PlacedCheckpoint {
  readonly epoch: number;
  /** The other run that made it; absent for one of this run. */
  readonly madeBy?: string;
  /** Names of the memory rungs that it was made with. */
  readonly rungs: readonly string[];
}

/**
 * Checkpoints of one attempt. `basis` says what they rest on, the same for all runs that train the same thing: one run
 * goes on from what another one has made, unless it ignores caches.
 */
export function createCheckpoints(
  store: ArtifactStore,
  given: {
    readonly run: RunContext;
    /** Asked for once it is needed, and again when it could not be told. */
    readonly basis: () => Promise<string>;
    readonly attempt: number;
    readonly rungs: readonly string[];
    /** What the run made while version 0.1.0 ran it, found only where this version has made nothing yet. */
    readonly madeBefore?: () => Promise<StoredCheckpoint | null>;
  },
): Checkpoints {
  const { run, attempt, rungs, madeBefore = () => Promise.resolve(null) } = given;
  const id = checkpointDocumentId(run);
  let folder: string | undefined;
  let own: CheckpointsOfRun = { run: run.id, attempt, at: now(), rungs, newest: [] };
  let from: RankedCheckpoint | null = null;
  let leftOut: Ranking['struckOut'] = [];

  const openFolder = async (): Promise<string> =>
    (folder ??= documentKeys.checkpoints(run.project, await given.basis()));

  const write = async (changed: CheckpointsOfRun): Promise<void> => {
    const key = checkpointKeys.ofRun(await openFolder(), id);
    own = changed;
    const before = await readDocument<CheckpointsOfRun>(store, key);
    if ((before?.attempt ?? 0) <= attempt) await store.writeDocument(key, JSON.stringify(own));
  };

  const readKept = async (at: string): Promise<KeptCheckpoints> => {
    const kept = await (run.cache === 'ignore'
      ? readOwnCheckpoints(store, at, id)
      : readAllCheckpoints(store, at));
    if (kept.documents[id] !== undefined) return kept;
    const before = await madeBefore();
    if (before === null) return kept;
    const document = { run: run.id, attempt: 0, at: '', rungs: [], newest: [before] };
    return { ...kept, documents: { ...kept.documents, [id]: document } };
  };

  return {
    async keep(file, epoch) {
      if ((own.newest[0]?.epoch ?? 0) >= epoch) return;
      const artifact = await store.putFile(file, basename(file));
      await write(withCheckpoint(own, { epoch, artifact }, { attempt, at: now(), rungs }));
    },

    async place(into, cancelled) {
      const { documents, passedAt } = await readKept(await Promise.race([openFolder(), cancelled]));
      const ranking = rankCheckpoints({ own: id, documents, passedAt });
      from = await placeFirstWhole(store, ranking.toTry, into);
      leftOut = leftOutFor(from, id, ranking);
      own = { ...(documents[id] ?? own), newest: ownUpTo(from, id, ranking) };
      const epochs = new Set(leftOut.map(({ epoch }) => epoch));
      return { placed: placedOf(from, id, documents), leftOut: [...epochs] };
    },

    async drop() {
      const key = checkpointKeys.passed(await openFolder());
      await store.writeDocument(key, JSON.stringify({ at: now() }));
    },

    async failedAt(reached) {
      if (from === null || !speaksAgainst(from, leftOut, reached)) return;
      const { maker, epoch, artifact } = from;
      await write(withStrike(own, { maker, digest: artifact.digest, epoch, attempt }));
    },
  };
}

const now = (): string => new Date().toISOString();

function placedOf(
  from: RankedCheckpoint | null,
  own: string,
  documents: CheckpointDocuments,
): PlacedCheckpoint | null {
  const maker = from === null ? undefined : documents[from.maker];
  if (from === null || maker === undefined) return null;
  const { run, rungs } = maker;
  return { epoch: from.epoch, rungs, ...(from.maker === own ? {} : { madeBy: run }) };
}

async function placeFirstWhole(
  store: ArtifactStore,
  toTry: readonly RankedCheckpoint[],
  into: string,
): Promise<RankedCheckpoint | null> {
  for (const each of toTry) if (await fetchWhole(store, each.artifact, into)) return each;
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
