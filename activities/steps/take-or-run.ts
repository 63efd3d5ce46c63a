import { Context } from '@temporalio/activity';
import { idlePatterns } from '../../core/file-patterns.ts';
import type { StepFingerprint, StepResult } from '../../core/fingerprint.ts';
import type { Redactor } from '../../core/redact.ts';
import type { StepFacts, StepOutcome } from '../../core/step.ts';
import type { RunStepInput } from '../contracts.ts';
import { keepFingerprint } from '../store/fingerprints.ts';
import type { StepDeps } from './attempt.ts';
import { fingerprintOf } from './fingerprint.ts';
import { isOwn, stepResults } from './results.ts';
import type { StepLog } from './step-log.ts';

interface Given {
  readonly deps: StepDeps;
  readonly input: RunStepInput;
  readonly secrets: Readonly<Record<string, string>>;
  readonly redactor: Redactor;
  readonly log: StepLog;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/**
 * Takes the result of whoever passed with the same inputs, or runs the step and keeps its result for others. Where the
 * inputs cannot be told, the step runs, and says itself what is wrong with them.
 */
export async function takeOrRun(given: Given, execute: () => Promise<StepOutcome>): Promise<StepOutcome> {
  const { deps, input, log, redactor } = given;
  if (input.run.cache === undefined) return execute();
  const fingerprint = await tellInputs(given);
  if (fingerprint instanceof Error) {
    const reason = redactor.text(fingerprint.message.split('\n', 1)[0] ?? '');
    return withFacts(await execute(), { because: [`what it depends on could not be told: ${reason}`] });
  }
  await keepFingerprint(deps.store, fingerprint);
  const results = stepResults(deps.store, input.run, input.step, fingerprint);
  const known = await results.recall();
  if (known !== null) {
    await log.say(`# took the result of ${known.run}, which passed at ${known.at}`);
    const unkept = await noteOfFailure(given, results.taken(known));
    return withFacts(takeOver(known, given, fingerprint.digest), {}, unkept);
  }
  const because = (await results.because()).map(redactor.text);
  await log.say(`# runs, because: ${because.join('; ')}`);
  const facts = { fingerprint: fingerprint.digest, because };
  const outcome = withFacts(await execute(), facts, idleInputs(fingerprint));
  return withFacts(outcome, {}, await noteOfFailure(given, results.remember(outcome)));
}

/** What a step did is done: a store that is away by then costs others its result, and not the step its own. */
async function noteOfFailure({ log, redactor }: Given, keeping: Promise<void>): Promise<readonly string[]> {
  try {
    await keeping;
    return [];
  } catch (error) {
    const reason = redactor.text(error instanceof Error ? error.message : String(error)).split('\n', 1);
    const note = `later runs cannot be told of this one: ${reason.join('')}`;
    await log.say(`# ${note}`);
    return [note];
  }
}

/** Does not wait for a resolver when the attempt is cancelled. */
async function tellInputs({ deps, input, secrets }: Given): Promise<StepFingerprint | Error> {
  const context = Context.current();
  try {
    return await Promise.race([fingerprintOf(deps, input, secrets), context.cancelled]);
  } catch (error) {
    context.cancellationSignal.throwIfAborted();
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Of this very run, whose answer was lost, the outcome is its own. */
function takeOver(known: StepResult, { input, startedAt }: Given, fingerprint: string): StepOutcome {
  const { run } = input;
  if (isOwn(known, run)) return known.outcome;
  const { run: from, commit, at, outcome } = known;
  return {
    ...outcome,
    ...{ fingerprint, because: [], seconds: Math.round((Date.now() - startedAt) / 100) / 10 },
    takenFrom: { run: from, commit, at, seconds: outcome.seconds },
  };
}

const withFacts = (
  outcome: StepOutcome,
  facts: Pick<StepFacts, 'fingerprint' | 'because'>,
  notes: readonly string[] = [],
): StepOutcome =>
  outcome.status === 'cancelled' || outcome.status === 'skipped'
    ? outcome
    : { ...outcome, ...facts, notes: [...notes, ...outcome.notes] };

/** Patterns that choose nothing are mistakes, most likely: told with the result. */
function idleInputs({ inputs, files }: StepFingerprint): readonly string[] {
  const positive = (inputs ?? []).filter((pattern) => !pattern.startsWith('!'));
  return idlePatterns(positive, Object.keys(files)).map(
    (pattern) => `the pattern \`${pattern}\` of \`inputs\` chooses no file of the commit`,
  );
}
