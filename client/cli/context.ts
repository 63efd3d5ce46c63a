import type { Command } from 'commander';
import type { ExitCode } from './exit-codes.ts';
import type { Output } from './output.ts';

/** What every command is given besides its arguments. */
export interface CommandContext {
  readonly output: Output;
  /** Sets the exit code of a command that ends without an error, but not well. */
  readonly endWith: (code: ExitCode) => void;
}

/** Adds a command to its parent. */
export type AddCommand = (parent: Command, context: CommandContext) => void;

/** Examples below a command's help. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ ${line}`).join('\n')}`;
