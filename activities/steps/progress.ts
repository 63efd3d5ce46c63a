import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as wait } from 'node:timers/promises';
import type { Checkpoints } from './checkpoints.ts';
import { parseObject } from './reports.ts';

/** Under which name a step's documents hold what its training told. */
export const progressDocument = 'progress.jsonl';

/** The newest line of a training's progress. */
export interface Progress {
  readonly epoch: number;
  readonly epochs: number;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface ProgressFollower {
  /** Reads what is left, and resolves to what was seen and to what a person should know. May be called again. */
  readonly stop: () => Promise<FollowedProgress>;
}

export interface FollowedProgress {
  readonly newest: Progress | null;
  /** The first and the last epoch told, and when, in milliseconds since the epoch. */
  readonly told: { readonly first: ToldEpoch; readonly last: ToldEpoch } | null;
  readonly notes: readonly string[];
}

export interface ToldEpoch {
  readonly epoch: number;
  readonly at: number;
}

/**
 * Follows the file of JSON lines that a training appends to, such as
 * `{"epoch": 3, "epochs": 10, "loss": 0.31, "checkpoint": "epoch-0003.joblib"}`; a checkpoint is a file in
 * `folders.checkpoints`, every other number but `seconds` a metric. An epoch with a checkpoint is told by `onEpoch`
 * once the checkpoint is safe in the store.
 */
export function followProgress(given: {
  readonly folders: { readonly progress: string; readonly checkpoints: string };
  readonly keep: Checkpoints['keep'];
  readonly onEpoch: (progress: Progress) => void;
  /** Takes the values of secrets out of a text. */
  readonly redact: (text: string) => string;
  readonly everyMs?: number;
}): ProgressFollower {
  const { folders, keep, onEpoch, redact, everyMs = 250 } = given;
  const notes = new Set<string>();
  const readLines = lineReader(folders.progress);
  let newest: Progress | null = null;
  let told: FollowedProgress['told'] = null;

  const take = async (line: string): Promise<void> => {
    const parsed = parseEpoch(line);
    if (parsed === null) {
      // Redacted before it is cut: half of a secret is none to a redactor.
      const begin = redact(line).slice(0, 80);
      notes.add(`LONGHAUL_PROGRESS has a line that is no JSON object with a number "epoch": ${begin}`);
      return;
    }
    const { checkpoint, ...progress } = parsed;
    if (checkpoint !== undefined) {
      await keep(join(folders.checkpoints, checkpoint), progress.epoch).catch((error: unknown) => {
        notes.add(`The checkpoint ${checkpoint} could not be stored: ${String(error)}`);
      });
    }
    newest = progress;
    const epoch = { epoch: progress.epoch, at: Date.now() };
    told = { first: told?.first ?? epoch, last: epoch };
    onEpoch(progress);
  };
  const takeNew = async (): Promise<void> => {
    for (const line of await readLines()) await take(line);
  };

  const stopped = new AbortController();
  const following = (async () => {
    while (!stopped.signal.aborted) {
      await takeNew();
      await wait(everyMs, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
    await takeNew();
  })();
  following.catch(() => undefined);

  return {
    async stop() {
      stopped.abort();
      await following;
      return { newest, told, notes: [...notes] };
    },
  };
}

/** One line of a training's progress; null when it is no such line. */
export function parseEpoch(line: string): (Progress & { readonly checkpoint?: string }) | null {
  const { epoch, epochs, checkpoint, metrics, ...rest } = parseObject(line) ?? {};
  if (typeof epoch !== 'number') return null;
  const nested = typeof metrics === 'object' && metrics !== null ? metrics : {};
  return {
    epoch,
    epochs: typeof epochs === 'number' ? epochs : epoch,
    metrics: numbersOf({ ...rest, seconds: null, ...nested }),
    ...(typeof checkpoint === 'string' ? { checkpoint } : {}),
  };
}

function numbersOf(values: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
}

/** Reads the complete lines that a growing file got since the last call; a file that is not there has none. */
function lineReader(path: string): () => Promise<readonly string[]> {
  const decoder = new StringDecoder('utf8');
  let position = 0;
  let unfinished = '';
  return async () => {
    const file = await open(path, 'r').catch(() => null);
    if (file === null) return [];
    try {
      const { size } = await file.stat();
      if (size <= position) return [];
      const { bytesRead, buffer } = await file.read(
        Buffer.alloc(size - position),
        0,
        size - position,
        position,
      );
      position += bytesRead;
      const lines = (unfinished + decoder.write(buffer.subarray(0, bytesRead))).split('\n');
      unfinished = lines.pop() ?? '';
      return lines.filter((line) => line.trim() !== '');
    } finally {
      await file.close();
    }
  };
}
