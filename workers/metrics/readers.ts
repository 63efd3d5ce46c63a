import type { LoadTestActivities, StepActivities, WatchActivities } from '../../activities/contracts.ts';
import type { Verdict } from '../../core/watch.ts';
import type { WorkerInstruments } from './instruments.ts';
import { readStep } from './steps.ts';

const verdicts = [
  'pass',
  'fail',
  'needMoreTraffic',
  'noData',
  'providerError',
] as const satisfies readonly Verdict['kind'][];

type Activities = StepActivities & WatchActivities & LoadTestActivities;

/** Counts what an activity's result says; called without a result when it begins, to tell counters as 0. */
type ReaderOf<K extends keyof Activities> = (
  input: Parameters<Activities[K]>[0],
  result: Awaited<ReturnType<Activities[K]>> | undefined,
) => void;

type Reader = (input: unknown, result: unknown) => void;

/** By the activity's name. What is handed in has come from Longhaul's own workflows and activities. */
export function createReaders(instruments: WorkerInstruments): Readonly<Record<string, Reader | undefined>> {
  const { holds, loadTests, looks } = instruments;
  const readers = {
    runStep: (input, outcome) => {
      readStep(instruments, input, outcome);
    },
    look: ({ lane: { model, environment }, phase }, result) => {
      const labels = { model, environment, phase };
      for (const verdict of verdicts) looks.inc({ ...labels, verdict }, 0);
      if (result !== undefined) looks.inc({ ...labels, verdict: result.look.verdict.kind });
      holds.inc(labels, result?.look.action === 'hold' ? 1 : 0);
    },
    runLoadTest: ({ run: { project } }, ended) => {
      for (const result of ['passed', 'failed']) loadTests.inc({ project, result }, 0);
      if (ended !== undefined) loadTests.inc({ project, result: ended.result.passed ? 'passed' : 'failed' });
    },
  } satisfies { readonly [K in keyof Activities]?: ReaderOf<K> };
  return readers as unknown as Readonly<Record<string, Reader>>;
}
