import { join } from 'node:path';
import type { DataFacts, Diagnosis } from '../../core/step.ts';
import { cacheVariables } from '../../local/caches/places.ts';
import { pullData } from '../data/pull-data.ts';
import { preparePython } from './attempt-python.ts';
import type { Attempt } from './attempt.ts';
import type { CommandSite, CommandsEnd } from './commands.ts';
import { usesPytestRandomly } from './pytest-seed.ts';
import { claimGpus } from '../training/preflight.ts';
import { stepEnvironment, type AttemptSettings } from './step-environment.ts';
import { runTries, type Tries } from './tries.ts';

/** What ran: how the commands ended, their tests over all tries, and the data that they had. */
export interface Execution extends Omit<Tries, 'end'> {
  readonly end: CommandsEnd | { readonly kind: 'timedOut' };
  readonly data: readonly DataFacts[];
  readonly notes: readonly string[];
  /** pytest-randomly fixes seeds. */
  readonly seedsPytest: boolean;
}

/** The longest time that a timer takes: 24 days. */
const longestTimeoutMs = 2 ** 31 - 1;

/**
 * Makes the Python environment, pulls the data, runs the commands. The step's timeout counts from the data on: the
 * environment is shared, and whoever comes first pays for it.
 */
export async function executeStep(
  attempt: Attempt,
  onGpus: (count: number) => void = () => undefined,
): Promise<Execution> {
  const claim = await claimGpus(attempt);
  if (claim.kind === 'lacking') return withoutGpu(claim.diagnosis);
  try {
    if (claim.gpus.length > 0) onGpus(claim.gpus.length);
    const execution = await executeWith(attempt, claim.env);
    return { ...execution, notes: [...execution.notes, ...(await claim.afterwards())] };
  } finally {
    claim.release();
  }
}

async function executeWith(
  attempt: Attempt,
  gpuDefaults: AttemptSettings['gpuDefaults'],
): Promise<Execution> {
  const { deps, input, folders, secrets, log, cancelled } = attempt;
  const { step } = input;
  const python = await preparePython(attempt);
  const seedsPytest = await usesPytestRandomly(python?.shared ?? null, folders.code, step);

  const timeout = AbortSignal.timeout(Math.min(step.timeoutMs, longestTimeoutMs));
  const { mlflowTrackingUri } = deps;
  const folder = python?.folder ?? null;
  const site: CommandSite = {
    folder: folders.code,
    env: stepEnvironment({
      ...{ input, folders, python: folder, secrets, mlflowTrackingUri, seedsPytest },
      ...(input.run.untrusted === true ? {} : { caches: cacheVariables(deps.home, folders.home) }),
      attempt: { number: attempt.number, memory: attempt.memory, gpuDefaults },
    }),
    marker: folders.root,
    log,
    signal: AbortSignal.any([cancelled, timeout]),
    graceMs: deps.graceMs ?? 10_000,
  };
  const cache = input.run.untrusted === true ? join(folders.temporary, 'dvc') : deps.home.dvcCache;
  const pulled = await pullData({ targets: step.data, python: folder, cache, site });
  const tries = pulled.kind === 'stopped' ? notTried : await runTries(attempt, site);
  const isTimedOut = tries.end.kind === 'stopped' && timeout.aborted && !cancelled.aborted;
  return {
    ...tries,
    end: isTimedOut ? { kind: 'timedOut' } : tries.end,
    data: pulled.kind === 'stopped' ? [] : pulled.data,
    notes: pulled.kind === 'stopped' ? [] : pulled.notes,
    seedsPytest,
  };
}

/** Told at once: nothing was made, pulled or run for it. */
function withoutGpu(diagnosis: Diagnosis): Execution {
  const { cause } = diagnosis;
  const evidence = { output: '', end: { kind: 'notStarted', reason: cause }, oomKilled: null } as const;
  const end = { kind: 'failed', reason: cause, evidence, diagnosis } as const;
  return { ...notTried, end, data: [], notes: [], seedsPytest: false };
}

const notTried: Tries = { end: { kind: 'stopped' }, flaky: [], failedTests: [], earlierReports: [] };
