import type { Command } from 'commander';
import type { CiRunInput } from '../../../core/ci.ts';
import { partsOfCiRunId } from '../../../core/ids.ts';
import { statusWords } from '../../../core/render/step-words.ts';
import type { CiRunView } from '../../ci-runs.ts';
import { chooseCiRun } from '../chosen-run.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { ciRunOf } from '../follow-ci-run.ts';
import { currentPerson } from '../person.ts';
import type { ProjectOptions } from '../project.ts';
import { runToEnd } from '../run-to-end.ts';
import { withSession } from '../session.ts';
import type { GlobalOptions } from '../session.ts';

type Options = ProjectOptions & { readonly wait: boolean };

export const addCiRetry: AddCommand = (parent, context) => {
  parent
    .command('retry')
    .argument('[id]', 'a CI run, by as much of its id or commit as is unique; by default the newest')
    .description('go on from what failed in a CI run')
    .option('--project <owner/repo>', 'by default the project of this folder')
    .option('--wait', 'follow it to its end (the default)', true)
    .option('--no-wait', 'return once it has started')
    .addHelpText('after', examples('longhaul ci retry', 'longhaul ci retry 3f2a91 --no-wait'))
    .action(async (given: string | undefined, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options & GlobalOptions>();
      const { wait } = options;
      const json = options.json === true;
      await withSession(options, async (session) => {
        const view = await ciRunOf(session.longhaul, await chooseCiRun(session, given, options));
        const work = workOf(view);
        const tell = json ? context.output.printError : context.output.print;
        for (const line of plannedLines(view)) tell(line);
        const trigger = { kind: 'person', by: await currentPerson(options.repo) } as const;
        await runToEnd(session, { ...work, trigger, cache: 'retry' }, { wait, json }, context);
      });
    });
};

/** @throws CommandFailure for a run that has not failed */
function workOf({ id, status, result }: CiRunView): Omit<CiRunInput, 'trigger' | 'cache'> {
  if (status === 'RUNNING') {
    throw new CommandFailure(
      exitCodes.refused,
      `${id} is still running. Look at it with: longhaul ci show ${id}`,
    );
  }
  if (result?.passed === true) {
    throw new CommandFailure(
      exitCodes.refused,
      `${id} has passed: there is nothing to go on from. Run all of it again with: longhaul ci run --no-cache`,
    );
  }
  const { source, pullRequest, configuration } = result ?? {};
  return {
    ...partsOfCiRunId(id),
    ...(source === undefined ? {} : { source }),
    ...(pullRequest === undefined ? {} : { pullRequest }),
    ...(configuration === undefined ? {} : { configuration }),
  };
}

/** What is taken over, and what runs again. */
function plannedLines({ result }: CiRunView): readonly string[] {
  const steps = result?.steps ?? [];
  const passed = steps.filter(({ outcome }) => outcome.status === 'passed').map(({ name }) => name);
  const others = steps
    .filter(({ outcome }) => outcome.status !== 'passed')
    .map(({ name, outcome }) => `${name} (${statusWords[outcome.status]})`);
  return [
    ...(passed.length === 0 ? [] : [`Takes over: ${passed.join(', ')}.`]),
    ...(others.length === 0 ? [] : [`Runs: ${others.join(', ')}.`]),
  ];
}
