import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { FailureGiven } from '../../core/failures/diagnose.ts';
import type { Diagnosis } from '../../core/step.ts';
import { missingCommand } from '../../core/failures/missing-command.ts';
import { watchForOom } from './oom-evidence.ts';
import { outputTail } from './output-tail.ts';
import { runGuarded, type CommandEnd } from './run-guarded.ts';
import type { StepLog } from './step-log.ts';

/** Where and how the commands of one attempt run. */
export interface CommandSite {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Marks the processes of the attempt. */
  readonly marker: string;
  readonly log: StepLog;
  readonly signal: AbortSignal;
  readonly graceMs: number;
}

/** How a step's commands ended, together. */
export type CommandsEnd =
  | { readonly kind: 'passed' }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly exitCode?: number;
      /** What a diagnosis is made from; the output may hold values of secrets. */
      readonly evidence: Pick<FailureGiven, 'output' | 'end' | 'oomKilled'>;
      /** Where the cause is known without any. */
      readonly diagnosis?: Diagnosis;
    }
  | { readonly kind: 'stopped' };

/** Runs the command lines in order; the first that does not end with 0 is the last. */
export async function runCommands(lines: readonly string[], site: CommandSite): Promise<CommandsEnd> {
  for (const line of lines) {
    await site.log.say(`$ ${line}`);
    const tail = outputTail();
    const hasOomKilled = watchForOom();
    const end = await runProgramAtSite(shell(line, site.env['PATH'] ?? ''), site, tail.add);
    if (end.kind === 'stopped') return { kind: 'stopped' };
    if (end.kind === 'exited' && end.code === 0) continue;
    const output = tail.text();
    return {
      kind: 'failed',
      reason: explainEnd(line, end, output),
      ...(end.kind === 'exited' ? { exitCode: end.code } : {}),
      evidence: { output, end, oomKilled: hasOomKilled() },
    };
  }
  return { kind: 'passed' };
}

/** Runs one program, its output going to the log and, if given, to `onOutput`. */
export async function runProgramAtSite(
  program: readonly [string, ...(readonly string[])],
  site: CommandSite,
  onOutput: (text: string) => void = () => undefined,
): Promise<CommandEnd> {
  const { folder, env, marker, signal, graceMs, log } = site;
  const end = await runGuarded({
    ...{ program, folder, env, marker, signal, graceMs },
    onOutput: async (text) => {
      onOutput(text);
      await log.write(text);
    },
  });
  if (end.kind !== 'notStarted' && end.left > 0) {
    await log.say(`# ${end.left} processes of this command could not be ended`);
  }
  return end;
}

/** Bash that stops at the first error, also in a pipe; a plain shell where there is no bash. */
function shell(line: string, path: string): readonly [string, ...(readonly string[])] {
  const bash = path
    .split(delimiter)
    .map((folder) => join(folder, 'bash'))
    .find((file) => existsSync(file));
  return bash === undefined ? ['/bin/sh', '-eu', '-c', line] : [bash, '-euo', 'pipefail', '-c', line];
}

function explainEnd(line: string, end: Exclude<CommandEnd, { kind: 'stopped' }>, output: string): string {
  const command = line.trim().split('\n')[0] ?? '';
  const named = `\`${command.length > 80 ? `${command.slice(0, 80)}…` : command}\``;
  switch (end.kind) {
    case 'notStarted':
      return `${named} could not be started: ${end.reason}`;
    case 'killed':
      return `${named} was ended by ${end.signal}`;
    case 'exited': {
      const missing = end.code === 127 ? missingCommand(output) : null;
      return missing === null ? `${named} ended with ${end.code}` : `${named}: command not found: ${missing}`;
    }
  }
}
