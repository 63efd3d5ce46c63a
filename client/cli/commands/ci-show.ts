import type { Command } from 'commander';
import { lastTimesOf } from '../../last-times.ts';
import { chooseCiRun } from '../chosen-run.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { ciRunOf } from '../follow-ci-run.ts';
import { printJson } from '../output.ts';
import type { ProjectOptions } from '../project.ts';
import { ciLines } from '../render/ci-lines.ts';
import { pageFor } from '../render/page.ts';
import { withSession } from '../session.ts';
import type { GlobalOptions } from '../session.ts';

type Options = ProjectOptions & { readonly report?: boolean };

export const addCiShow: AddCommand = (parent, { output }) => {
  parent
    .command('show')
    .argument('[id]', 'a CI run, by as much of its id or commit as is unique; by default the newest')
    .description('show what a CI run found')
    .option('--project <owner/repo>', 'by default the project of this folder')
    .option('--report', 'print its report in Markdown')
    .addHelpText('after', examples('longhaul ci show', 'longhaul ci show 3f2a91 --report > report.md'))
    .action(async (given: string | undefined, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options & GlobalOptions>();
      await withSession(options, async (session) => {
        const id = await chooseCiRun(session, given, options);
        const view = await ciRunOf(session.longhaul, id);
        if (options.json === true) printJson(output, view);
        else if (options.report === true && view.result !== undefined) {
          output.print(await session.store.getText(view.result.report.markdown.digest));
        } else {
          const lastTimes = await lastTimesOf(session.store, view);
          for (const line of ciLines(view, pageFor(output), new Date(), lastTimes)) output.print(line);
          output.print(`page  ${session.pageOf(id)}`);
        }
      });
    });
};
