/** Failures known by how a command ended. */
import type { Diagnosis } from '../step.ts';
import { formatDuration } from '../time.ts';
import type { FailureEnd, TrainingAtTimeout } from './diagnose.ts';
import { missingCommand } from './missing-command.ts';

/** A shell ends with this much more than the number of the signal that ended its command. */
const shellSignals: ReadonlyMap<number, string> = new Map([
  [128 + 6, 'SIGABRT'],
  [128 + 7, 'SIGBUS'],
  [128 + 9, 'SIGKILL'],
  [128 + 11, 'SIGSEGV'],
  [128 + 15, 'SIGTERM'],
]);

/** The signal that ended a command, also one that its shell only told by its exit code; null when none did. */
export const signalOf = (end: FailureEnd): string | null => {
  if (end.kind === 'killed') return end.signal;
  return end.kind === 'exited' ? (shellSignals.get(end.code) ?? null) : null;
};

/** What the end itself tells: a time-out, a kill from outside, a crash, a command that was not found. */
export const diagnoseEnd = (output: string, end: FailureEnd, oomKilled: boolean | null): Diagnosis | null => {
  if (end.kind === 'timedOut') return timedOut(end.limitMs, end.training);
  if (endsWithoutCommand(output, end)) return commandNotFound(missingCommand(output));
  const signal = signalOf(end);
  switch (signal) {
    case null:
      return null;
    case 'SIGKILL':
    case 'SIGTERM':
      return killedFromOutside(signal, oomKilled);
    default:
      return {
        id: 'crashed',
        kind: 'code',
        cause: `the program crashed (${signal}): a fault in it or in a native library`,
        mend: 'Set PYTHONFAULTHANDLER=1 in the step’s `env` to see where, and check the versions of native packages.',
      };
  }
};

/** 127 is a shell's word for it; make passes the word on in what it prints. */
const endsWithoutCommand = (output: string, end: FailureEnd): boolean =>
  end.kind === 'exited' && (end.code === 127 || /^make: \*\*\* .*Error 127\s*$/m.test(output));

const commandNotFound = (name: string | null): Diagnosis => ({
  id: 'command-not-found',
  kind: 'code',
  cause: name === null ? 'a command of the step was not found' : `command not found: ${name}`,
  mend: 'If it is a Python package’s, add that to the step’s requirements; else install it on the workers.',
});

function killedFromOutside(signal: string, oomKilled: boolean | null): Diagnosis {
  const memory =
    oomKilled === null
      ? 'this machine does not tell whether memory ran out'
      : 'the kernel did not kill it for want of memory';
  return {
    id: 'killed-from-outside',
    kind: 'preemption',
    cause: `the process was ended from outside (${signal}); ${memory}`,
    mend: 'It is tried again while `retries.preemption` lasts; look at what ends processes on the worker’s machine if it goes on.',
  };
}

function timedOut(limitMs: number, training: TrainingAtTimeout | undefined): Diagnosis {
  const limit = formatDuration(limitMs);
  return {
    id: training === undefined ? 'timed-out' : 'training-timed-out',
    kind: 'timeout',
    cause: `it took longer than its ${limit}${training === undefined ? '' : progressSaid(training)}`,
    mend:
      training === undefined
        ? 'Give the step a longer `timeout`, less data (a sample), or spread the work over several processes or steps.'
        : 'Give it a longer `timeout`, or `onTimeout` to go on from the checkpoint; else train on a sample or on more devices.',
  };
}

function progressSaid({ epoch, epochs, projectedMs }: TrainingAtTimeout): string {
  const all = projectedMs === undefined ? '' : `; all of it would take ${formatDuration(projectedMs)}`;
  return ` at epoch ${epoch} of ${epochs}${all}`;
}
