import { hostname } from 'node:os';
import { documentKeys } from '../../core/ids.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { TrainingAttempt, TrainingLedger } from '../../core/step.ts';
import { addUp, closeEarlier } from '../../core/training-ledger.ts';
import type { LedgerEntry } from '../../core/training-ledger.ts';
import type { RunStepInput } from '../contracts.ts';
import { readDocument } from '../store/read-document.ts';

/**
 * The ledger of a training, kept by the attempt that runs: what it knows of itself, and how those before it ended.
 * Each attempt writes a document of its own, so that one that hangs cannot write over its successor's.
 */
export interface LedgerKeeper {
  /** It is a training: from now on the attempt's last sign of life is in the store. */
  readonly begin: () => void;
  readonly note: (change: Pick<Partial<LedgerEntry>, 'fromEpoch' | 'toEpoch' | 'gpus'>) => void;
  /** A checkpoint of this epoch is safe in the store; `at`: when it was made, in milliseconds since the epoch. */
  readonly checkpoint: (epoch: number, at: number) => void;
  /** Ends the attempt; null when it was no training. A store that is away does not keep an attempt from its end. */
  readonly close: (ended: TrainingAttempt['ended'], reason?: string) => Promise<TrainingLedger | null>;
}

/** Attempts that an outcome tells one by one; the sums are over all. */
const attemptsTold = 100;

export function openLedger(given: {
  readonly store: ArtifactStore;
  readonly input: RunStepInput;
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly settings: Readonly<Record<string, string>>;
  readonly rungs: readonly string[];
  /** Time between signs of life; 3 s when absent. */
  readonly everyMs?: number;
}): LedgerKeeper {
  const { store, input, number, everyMs = 3_000 } = given;
  const startedAt = new Date(given.startedAt).toISOString();
  let entry: LedgerEntry = {
    ...{ number, host: hostname(), startedAt, aliveAt: startedAt },
    ...{ rungs: given.rungs, settings: given.settings, fromEpoch: 0, toEpoch: 0 },
  };
  let earlier: Promise<readonly LedgerEntry[]> | undefined;
  let signs: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();

  const readEarlier = (): Promise<readonly LedgerEntry[]> =>
    (earlier ??= readEntriesBefore(store, input, number).then((entries) =>
      closeEarlier(entries, input.earlier ?? [], number),
    ));
  const write = (): Promise<void> =>
    (writing = writing.then(async () => {
      const entries = [...(await readEarlier()), entry];
      await store.writeDocument(keyOf(input, number), JSON.stringify(entries));
    }));
  const change = (changed: Partial<LedgerEntry>): void => {
    entry = { ...entry, ...changed, aliveAt: new Date().toISOString() };
  };
  const sign = (): void => {
    change({});
    writing = write().catch(() => undefined);
  };

  return {
    begin() {
      if (signs !== undefined) return;
      signs = setInterval(sign, everyMs);
      sign();
    },
    note: change,
    checkpoint(epoch, at) {
      change({ checkpoint: { epoch, at: new Date(at).toISOString() } });
      if (signs !== undefined) sign();
    },
    async close(ended, reason) {
      clearInterval(signs);
      if (signs === undefined) return null;
      const at = new Date().toISOString();
      change({ end: { at, ended, ...(reason === undefined ? {} : { reason: reason.slice(0, 300) }) } });
      await write().catch(() => undefined);
      const entries = await readEarlier().catch(() => []);
      const ledger = addUp([...entries, entry]);
      return { ...ledger, attempts: ledger.attempts.slice(-attemptsTold) };
    },
  };
}

/** What the newest attempt before this one knew that left a document. */
async function readEntriesBefore(
  store: ArtifactStore,
  input: RunStepInput,
  number: number,
): Promise<readonly LedgerEntry[]> {
  for (let before = number - 1; before > 0; before -= 1) {
    const entries = await readDocument<readonly LedgerEntry[]>(store, keyOf(input, before));
    if (entries !== null) return entries;
  }
  return [];
}

const keyOf = ({ run, step }: RunStepInput, number: number): string =>
  documentKeys.ledger(run.id, run.runId ?? 'run', step.name, number);
