import type { Diagnosis } from '../step.ts';
import { diagnoseEnd } from './ends.ts';
import { diagnoseMemory } from './memory.ts';
import { diagnoseOutput } from './output.ts';
import { diagnoseSeed, type UnseededUse } from './unfixed-seed.ts';

/** What is known of a step that did not pass, when it is asked why. */
export interface FailureGiven {
  /** The end of what the command printed, without secrets; 64 KiB are enough. */
  readonly output: string;
  readonly end: FailureEnd;
  /** Whether the kernel killed a process for want of memory meanwhile; null where the machine does not tell. */
  readonly oomKilled: boolean | null;
  /** Random numbers without a fixed seed in the files of the tests that failed in some try. */
  readonly unseeded?: readonly UnseededUse[];
}

export type FailureEnd =
  | { readonly kind: 'exited'; readonly code: number }
  /** By a signal, such as `SIGKILL`. */
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'notStarted'; readonly reason: string }
  | { readonly kind: 'timedOut'; readonly limitMs: number; readonly training?: TrainingAtTimeout }
  /** The commands passed; a report of theirs or a missing output did not. */
  | { readonly kind: 'judged' };

/** How far a training was when its time was up. */
export interface TrainingAtTimeout {
  readonly epoch: number;
  readonly epochs: number;
  /** How long all of it would have taken, as far as it went. */
  readonly projectedMs?: number;
}

/**
 * The known cause of a failure, the most telling first: the time was up, memory ran out, how the process ended, words
 * that a tool is known to print, random numbers without a seed. `kind` says which retry budget the failure is of: what
 * trying again cannot mend is `code`. Null: not known, which is the commands' own failure (`code`) too.
 */
export const diagnose = (given: FailureGiven): Diagnosis | null => {
  const { output, end, oomKilled, unseeded = [] } = given;
  if (end.kind === 'judged') return diagnoseSeed(unseeded);
  if (end.kind === 'timedOut') return diagnoseEnd(output, end, oomKilled);
  return (
    diagnoseMemory(output, end, oomKilled) ??
    diagnoseEnd(output, end, oomKilled) ??
    diagnoseOutput(output) ??
    diagnoseSeed(unseeded)
  );
};
