import type { ReleaseView } from '../release-views.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { printJson } from './output.ts';
import type { GlobalOptions } from './session.ts';

/** Prints the document of a followed release and sets the exit code: 0 for released, 1 for every other end. */
export function endByRelease(view: ReleaseView, options: GlobalOptions, context: CommandContext): void {
  if (options.json === true) printJson(context.output, view);
  if (view.record?.outcome?.kind !== 'released') context.endWith(exitCodes.notPassed);
}
