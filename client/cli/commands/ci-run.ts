import type { Command } from 'commander';
import type { CiRunResult } from '../../../core/ci.ts';
import { chooseWork } from '../chosen-work.ts';
import type { WorkOptions } from '../chosen-work.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { endedWithoutResult, followCiRun } from '../follow-ci-run.ts';
import { printJson } from '../output.ts';
import { currentPerson } from '../person.ts';
import { withSession } from '../session.ts';
import type { GlobalOptions } from '../session.ts';

type Options = WorkOptions & { readonly wait: boolean };

export const addCiRun: AddCommand = (parent, { output, endWith }) => {
  parent
    .command('run')
    .description('run the CI steps of a commit')
    .option('--project <owner/repo>', 'by default the project of this folder')
    .option('--commit <hash>', 'by default HEAD of this folder')
    .option('--repo <path>', 'folder of the repository, instead of this one')
    .option('--worktree', 'run what is in this folder now, uncommitted changes included')
    .option('--wait', 'follow it to its end (the default)', true)
    .option('--no-wait', 'return once it has started')
    .addHelpText(
      'after',
      examples(
        'longhaul ci run',
        'longhaul ci run --worktree',
        'longhaul ci run --project longhaul/flights --commit 3f2a91c',
        'longhaul ci run --json > ci.json',
      ),
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options & GlobalOptions>();
      const json = options.json === true;
      await withSession(options, async (session) => {
        const chosen = await chooseWork(options, session, json ? output.printError : output.print);
        const trigger = { kind: 'person', by: await currentPerson(options.repo) } as const;
        const started = await session.longhaul.startCiRun({ ...chosen, trigger });
        const page = session.pageOf(started.id);
        if (!options.wait) {
          if (json) printJson(output, { ...started, page });
          else output.print(`${started.id} has started: ${page}`);
          return;
        }
        if (!json) output.print(`${started.id}: ${page}`);
        const view = await followCiRun(session, started.id, output, json);
        if (view.result === undefined) throw await endedWithoutResult(session, view);
        if (json) printJson(output, view.result);
        else output.print(`next  ${nextAfter(view.result)}`);
        if (!view.result.passed) endWith(exitCodes.notPassed);
      });
    });
};

const nextAfter = ({ id, passed, source }: CiRunResult): string => {
  if (!passed) return `longhaul logs ${id} STEP`;
  return source === undefined ? 'longhaul release start' : 'git commit, then longhaul ci run';
};
