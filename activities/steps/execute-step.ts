import type { DataFacts } from '../../core/step.ts';
import { pullData } from '../data/pull-data.ts';
import type { Attempt } from './attempt.ts';
import type { CommandSite, CommandsEnd } from './commands.ts';
import { usesPytestRandomly } from './pytest-seed.ts';
import { stepEnvironment } from './step-environment.ts';
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
export async function executeStep(attempt: Attempt): Promise<Execution> {
  const { deps, input, folders, secrets, log, cancelled } = attempt;
  const { step } = input;
  const python = await ensurePython(attempt);
  const seedsPytest = await usesPytestRandomly(python, folders.code, step);

  const timeout = AbortSignal.timeout(Math.min(step.timeoutMs, longestTimeoutMs));
  const { mlflowTrackingUri } = deps;
  const site: CommandSite = {
    folder: folders.code,
    env: stepEnvironment({ input, folders, python, secrets, mlflowTrackingUri, seedsPytest }),
    marker: folders.root,
    log,
    signal: AbortSignal.any([cancelled, timeout]),
    graceMs: deps.graceMs ?? 10_000,
  };
  const pulled = await pullData({ targets: step.data, python, cache: deps.home.dvcCache, site });
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

const notTried: Tries = { end: { kind: 'stopped' }, flaky: [], failedTests: [], earlierReports: [] };

/** Does not wait for uv when the attempt is cancelled: what uv makes is shared, so it is not made in vain. */
async function ensurePython({ deps, input, log, cancelled }: Attempt): Promise<string | null> {
  const { requirements, extras = [], groups = [], python } = input.step;
  if (requirements.length === 0) return null;
  await log.say(`# Python environment of ${requirements.join(', ')}`);
  const environment = deps.workspace.pythonEnvironments.ensure({
    commit: input.run,
    requirements,
    extras,
    groups,
    ...(python === undefined ? {} : { python }),
  });
  return Promise.race([environment, rejectWhenAborted(cancelled)]);
}

function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => {
    reject(signal.reason as Error);
  };
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return promise;
}
