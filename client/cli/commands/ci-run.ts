import type { Command } from 'commander';
import { chooseWork } from '../chosen-work.ts';
import type { WorkOptions } from '../chosen-work.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { currentPerson } from '../person.ts';
import { runToEnd } from '../run-to-end.ts';
import { pageFor } from '../render/page.ts';
import { wrap } from '../render/text.ts';
import { withSession } from '../session.ts';
import type { GlobalOptions } from '../session.ts';

type Options = WorkOptions & { readonly wait: boolean; readonly cache: boolean };

export const addCiRun: AddCommand = (parent, context) => {
  parent
    .command('run')
    .description('run the CI steps of a commit')
    .option('--project <owner/repo>', 'by default the project of this folder')
    .option('--commit <hash>', 'by default HEAD of this folder')
    .option('--repo <path>', 'folder of the repository, instead of this one')
    .option('--worktree', 'run what is in this folder now, uncommitted changes included')
    .option('--no-cache', 'run every step, also those that passed with the same inputs before')
    .option('--wait', 'follow it to its end (the default)', true)
    .option('--no-wait', 'return once it has started')
    .addHelpText(
      'after',
      examples(
        'longhaul ci run',
        'longhaul ci run --worktree',
        'longhaul ci run --no-cache',
        'longhaul ci run --project longhaul/flights --commit 3f2a91c',
        'longhaul ci run --json > ci.json',
      ),
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options & GlobalOptions>();
      const { wait } = options;
      const json = options.json === true;
      const { output } = context;
      await withSession(options, async (session) => {
        const chosen = await chooseWork(options, session, (text) => {
          if (json) output.printError(text);
          else for (const line of wrap(text, pageFor(output).columns)) output.print(line);
        });
        const trigger = { kind: 'person', by: await currentPerson(options.repo) } as const;
        const cache = options.cache ? 'use' : 'ignore';
        await runToEnd(session, { ...chosen, trigger, cache }, { wait, json }, context);
      });
    });
};
