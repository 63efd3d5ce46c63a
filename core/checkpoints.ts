/** Which checkpoint a training goes on from, out of what runs that train the same thing have kept. */
import type { ArtifactRef } from './artifact.ts';

export interface StoredCheckpoint {
  readonly epoch: number;
  readonly artifact: ArtifactRef;
}

/** What one run has made, and what it failed from. Only the run itself writes it. */
export interface CheckpointsOfRun {
  readonly run: string;
  /** That wrote it, from 1; a later one has the last word over one that hangs. */
  readonly attempt: number;
  /** ISO time at which the newest checkpoint was kept; of a run that kept none, at which it began. */
  readonly at: string;
  /** Names of the memory rungs that the newest checkpoint was made with. */
  readonly rungs: readonly string[];
  /** Newest first: where one is missing, damaged or struck out, the one before it serves. */
  readonly newest: readonly StoredCheckpoint[];
  /** Absent in documents from before there were strikes. */
  readonly strikes?: readonly Strike[];
  /** Of a document from before there were strikes: the run failed by itself, and others take nothing of it. */
  readonly blamed?: boolean;
}

/**
 * One attempt that failed by itself from a checkpoint, and got no further ({@link speaksAgainst}). The maker belongs to
 * it: what another run makes anew is judged anew, even if it is the same to the last byte.
 */
export interface Strike {
  /** Id of the document of the run that made the checkpoint. */
  readonly maker: string;
  readonly digest: string;
  readonly epoch: number;
  /** The attempt that failed, of the run that says so. */
  readonly attempt: number;
}

/** Documents by id, one a run. */
export type CheckpointDocuments = Readonly<Record<string, CheckpointsOfRun>>;

export interface RankedCheckpoint extends StoredCheckpoint {
  /** Id of its run's document. */
  readonly maker: string;
}

/** Where a run may go on from: both lists in the order in which it looks, its own first, then by epoch. */
export interface Ranking {
  readonly toTry: readonly RankedCheckpoint[];
  /** Not to be taken again, whether or not their runs still name them. */
  readonly struckOut: readonly Pick<RankedCheckpoint, 'maker' | 'epoch'>[];
}

/** So many attempts fail from a checkpoint before it is not taken again. */
const strikesAllowed = 2;

/** So many checkpoints a run names. */
const named = 2;

/**
 * Ranks what the run with the document `own` may go on from. Of others, what they kept by `passedAt` (ISO; empty when
 * none has passed) is done with.
 */
export function rankCheckpoints(given: {
  readonly own: string;
  readonly documents: CheckpointDocuments;
  readonly passedAt: string;
}): Ranking {
  const { own, documents, passedAt } = given;
  const takable = Object.entries(documents).filter(
    ([maker, { at, blamed }]) => maker === own || (at > passedAt && blamed !== true),
  );
  const strikes = Object.values(documents).flatMap((document) => document.strikes ?? []);
  const isStruckOut = (of: Pick<Strike, 'maker' | 'digest'>): boolean =>
    strikes.filter((strike) => isSame(strike, of)).length >= strikesAllowed;
  const inOrder = (a: Placeable, b: Placeable): number => compare(own, a, b);
  return {
    toTry: takable
      .flatMap(([maker, { newest }]) => newest.map((each) => ({ ...each, maker })))
      .filter(({ maker, artifact }) => !isStruckOut({ maker, digest: artifact.digest }))
      .sort(inOrder),
    struckOut: strikes
      .filter((strike, index) => strikes.findIndex((each) => isSame(each, strike)) === index)
      .filter((strike) => takable.some(([maker]) => maker === strike.maker) && isStruckOut(strike))
      .map(({ maker, epoch }) => ({ maker, epoch }))
      .sort(inOrder),
  };
}

type Placeable = Pick<RankedCheckpoint, 'maker' | 'epoch'>;

const isSame = (a: Pick<Strike, 'maker' | 'digest'>, b: Pick<Strike, 'maker' | 'digest'>): boolean =>
  a.maker === b.maker && a.digest === b.digest;

/** Negative when the run looks at `a` first. */
const compare = (own: string, a: Placeable, b: Placeable): number =>
  Number(b.maker === own) - Number(a.maker === own) || b.epoch - a.epoch;

/** The checkpoints in whose place `placed` was taken, or nothing was. */
export const leftOutFor = (
  placed: RankedCheckpoint | null,
  own: string,
  { struckOut }: Ranking,
): Ranking['struckOut'] => struckOut.filter((each) => placed === null || compare(own, each, placed) < 0);

/**
 * What the run named still serves an attempt that began with `placed`: nothing when that is another's or none, since
 * its own were then worth nothing.
 */
export const ownUpTo = (
  placed: RankedCheckpoint | null,
  own: string,
  { toTry }: Ranking,
): readonly StoredCheckpoint[] =>
  placed?.maker !== own
    ? []
    : toTry
        .filter(({ maker, epoch }) => maker === own && epoch <= placed.epoch)
        .map(({ epoch, artifact }) => ({ epoch, artifact }));

/** Names a checkpoint that was just kept, and the one before it. */
export const withCheckpoint = (
  { run, newest, strikes }: CheckpointsOfRun,
  made: StoredCheckpoint,
  by: Pick<CheckpointsOfRun, 'attempt' | 'at' | 'rungs'>,
): CheckpointsOfRun => ({
  ...{ run, ...by, newest: [made, ...newest].slice(0, named) },
  ...(strikes === undefined ? {} : { strikes }),
});

/**
 * Whether an attempt that failed by itself speaks against the checkpoint that it began with: when it `reached` (the last
 * epoch told) nothing that was not reached before, by that checkpoint or by those that were left out for it. Else a line
 * of checkpoints that always ends at the same epoch would be made again for ever.
 */
export const speaksAgainst = (
  placed: Pick<RankedCheckpoint, 'epoch'>,
  leftOut: Ranking['struckOut'],
  reached: number,
): boolean => reached <= Math.max(placed.epoch, ...leftOut.map(({ epoch }) => epoch));

/** Says once that an attempt failed from a checkpoint. */
export const withStrike = (document: CheckpointsOfRun, strike: Strike): CheckpointsOfRun => {
  const others = (document.strikes ?? []).filter(
    (each) => !isSame(each, strike) || each.attempt !== strike.attempt,
  );
  return { ...document, attempt: strike.attempt, strikes: [...others, strike] };
};
