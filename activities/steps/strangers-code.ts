/** What the code of a stranger gets, and what it leaves: docs/decisions/strangers-code.md says why. */
import { createHash } from 'node:crypto';
import type { RunContext, StepSpec } from '../../core/step.ts';

type Run = Pick<RunContext, 'id' | 'untrusted'>;

/** Names of the secrets that the step is given. */
export const secretsFor = ({ untrusted }: Run, { secrets }: Pick<StepSpec, 'secrets'>): readonly string[] =>
  untrusted === true ? [] : secrets;

/** What a step is told that names secrets and gets none. */
export const withheldFrom = (
  { untrusted }: Run,
  { secrets }: Pick<StepSpec, 'secrets'>,
): readonly string[] =>
  untrusted === true && secrets.length > 0
    ? [`withheld, since this is the code of a stranger: ${secrets.join(', ')}`]
    : [];

/** All files, in a repository of their own: a worktree would be a way into the mirror that all runs share. */
export const wholeCommit: readonly string[] = ['.'];

/** The basis of checkpoints that only the stranger's own run shares. */
export const ownBasis = (basis: string, { id, untrusted }: Run): string =>
  untrusted === true ? createHash('sha256').update(`${id}\0${basis}`).digest('hex') : basis;
