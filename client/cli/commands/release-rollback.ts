import type { Command } from 'commander';
import { chooseRelease } from '../chosen-release.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { viewOf } from '../follow-release.ts';
import { printJson } from '../output.ts';
import { confirm, currentPerson } from '../person.ts';
import type { ProjectOptions } from '../project.ts';
import { undoLines } from '../render/release-lines.ts';
import { styleFor } from '../render/style.ts';
import { withSession } from '../session.ts';
import type { GlobalOptions } from '../session.ts';

type Options = ProjectOptions & { readonly comment?: string; readonly yes?: boolean };

export const addReleaseRollback: AddCommand = (parent, { output, endWith }) => {
  parent
    .command('rollback')
    .argument('[id]', 'a release that has ended, by as much of its id as is unique; by default the newest')
    .description('undo a finished release: traffic, processes, config and registry, read back')
    .option('--project <owner/repo>', 'by default the project of this folder')
    .option('--comment <text>', 'why; it is kept in the record')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      examples('longhaul release rollback', 'longhaul release rollback 3f2a91 --comment "wrong data" --yes'),
    )
    .action(async (given: string | undefined, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options & GlobalOptions>();
      await withSession(options, async (session) => {
        const id = await chooseRelease(session, given, options);
        const view = await viewOf(session.longhaul, id);
        if (view.status === 'RUNNING') {
          throw new CommandFailure(
            exitCodes.refused,
            `${id} has not ended. End and undo it with: longhaul release abort ${id}`,
          );
        }
        if (options.yes !== true && !(await agrees(id)))
          throw new CommandFailure(exitCodes.refused, 'Not rolled back.');
        if (options.json !== true) output.print(`Undoing ${id} …`);
        const reason = options.comment ?? 'asked for at the command line';
        const record = await session.longhaul.rollBack({ release: id, by: await currentPerson(), reason });
        if (options.json === true) printJson(output, record);
        else for (const line of undoLines(record, styleFor(output.interactive))) output.print(line);
        const whole = record.residue.length === 0 && record.compensations.every(({ verified }) => verified);
        if (!whole) endWith(exitCodes.notPassed);
      });
    });
};

async function agrees(id: string): Promise<boolean> {
  if (process.stdin.isTTY) return (await confirm(`Undo ${id} in production?`)) === true;
  throw new CommandFailure(exitCodes.usage, 'Nobody can be asked here: say --yes to roll back.');
}
