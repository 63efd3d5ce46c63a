import { explainDifference } from '../../core/explain-difference.ts';
import type { LatestStep, StepFingerprint, StepResult } from '../../core/fingerprint.ts';
import { documentKeys } from '../../core/ids.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { RunContext, StepOutcome, StepSpec } from '../../core/step.ts';
import { readFingerprint } from '../store/fingerprints.ts';
import { readDocument } from '../store/read-document.ts';

type Passed = StepResult['outcome'];

/** What is known of one step with one fingerprint, in the store that all workers share. */
export interface StepResults {
  /** The result that somebody left, when all of its artifacts are still there; null otherwise. */
  readonly recall: () => Promise<StepResult | null>;
  /** Why nothing is taken over, in short sentences. */
  readonly because: () => Promise<readonly string[]>;
  /** Keeps how the step went: one that passed for others to take over. */
  readonly remember: (outcome: StepOutcome) => Promise<void>;
  /** Keeps that this run took a result over. */
  readonly taken: (result: StepResult) => Promise<void>;
}

export function stepResults(
  store: ArtifactStore,
  run: RunContext,
  step: StepSpec,
  fingerprint: StepFingerprint,
): StepResults {
  const { digest, project } = fingerprint;
  const isOwnAlone = step.cache === false || run.untrusted === true;
  const key = isOwnAlone
    ? documentKeys.ownStepResult(run.id, digest)
    : documentKeys.stepResult(project, digest);
  const latestKey = documentKeys.latestStep(project, step.name);

  const keepLatest = async (passed: boolean, seconds: number, at: string): Promise<void> => {
    if (run.untrusted === true) return;
    const latest: LatestStep = {
      ...{ fingerprint: digest, passed, seconds, run: run.id, commit: run.commit, at },
    };
    await store.writeDocument(latestKey, JSON.stringify(latest));
  };

  return {
    async recall() {
      const result = await readDocument<StepResult>(store, key);
      if (result === null || !(isOwn(result, run) || mayTakeOver(run, step))) return null;
      return (await areAllThere(store, result.outcome)) ? result : null;
    },

    async because() {
      if (run.cache === 'ignore') return ['the run was started with --no-cache'];
      if (run.untrusted === true) return ['the code of a stranger takes over nothing that others left'];
      if (step.cache === false && run.cache !== 'retry') return ['the file says `cache: false`'];
      const latest = await readDocument<LatestStep>(store, latestKey);
      if (latest === null) return ['it has not run before'];
      if (latest.fingerprint === digest) {
        return [
          latest.passed ? 'what it left is no longer in the store' : 'it did not pass with these inputs',
        ];
      }
      const before = await readFingerprint(store, latest.fingerprint);
      return before === null ? ['its inputs changed'] : explainDifference(before, fingerprint);
    },

    async remember(outcome) {
      if (outcome.status === 'cancelled' || outcome.status === 'skipped') return;
      const at = new Date().toISOString();
      if (outcome.status === 'passed') {
        const { id, runId, commit } = run;
        const result: StepResult = {
          ...{ run: id, commit, at, outcome },
          ...(runId === undefined ? {} : { runId }),
        };
        await store.writeDocument(key, JSON.stringify(result));
      }
      await keepLatest(outcome.status === 'passed', outcome.seconds, at);
    },

    taken: ({ outcome, at }) => keepLatest(true, outcome.seconds, at),
  };
}

/** Whether this very run left the result: of an attempt whose answer was lost. */
export const isOwn = (result: StepResult, { id, runId }: RunContext): boolean =>
  result.run === id && result.runId !== undefined && result.runId === runId;

const mayTakeOver = ({ cache, untrusted }: RunContext, step: StepSpec): boolean =>
  cache === 'retry' || (cache === 'use' && step.cache !== false && untrusted !== true);

async function areAllThere(store: ArtifactStore, { outputs, log, documents }: Passed): Promise<boolean> {
  const artifacts = [...outputs.map(({ artifact }) => artifact), ...documents, ...(log ? [log] : [])];
  const there = await Promise.all(artifacts.map(({ digest }) => store.has(digest)));
  return !there.includes(false);
}
