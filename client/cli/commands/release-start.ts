import type { Command } from 'commander';
import type { ProjectOptions } from '../project.ts';
import { chooseCommit, identityAt } from '../project.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { followRelease } from '../follow-release.ts';
import { printJson } from '../output.ts';
import { currentPerson } from '../person.ts';
import { withSession } from '../session.ts';
import type { GlobalOptions, Session } from '../session.ts';
import { checkMlflow } from '../../check-mlflow.ts';
import { parseDuration } from '../../../config/duration.ts';
import { ciRunId } from '../../../core/ids.ts';
import { endByRelease } from '../release-end.ts';

type Options = ProjectOptions & {
  readonly watch?: boolean;
  readonly trainTimeout?: string;
  readonly hotfix?: boolean;
};

export const addReleaseStart: AddCommand = (parent, context) => {
  parent
    .command('start')
    .description('start the release of a commit whose CI run has passed')
    .option('--project <owner/repo>', 'by default the project of this folder')
    .option('--commit <hash>', 'by default HEAD of this folder')
    .option('--repo <path>', 'folder of the repository, instead of this one')
    .option('--watch', 'follow it to its end')
    .option('--hotfix', 'it goes before others that wait for the same environment')
    .option(
      '--train-timeout <duration>',
      'how long the training may take (9h), instead of what the file says',
    )
    .addHelpText(
      'after',
      examples(
        'longhaul release start',
        'longhaul release start --project longhaul/flights --commit 3f2a91c --watch',
        'longhaul release start --train-timeout 9h',
        'longhaul release start --hotfix',
      ),
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options & GlobalOptions>();
      const trainTimeout = trainTimeoutOf(options);
      await withSession(options, async (session) => {
        const chosen = await chooseCommit(options, session.config);
        const { model } = await identityAt(chosen, options, session.config);
        await requirePassedCi(session, chosen.project, chosen.commit);
        await checkMlflow(session.config.mlflow.trackingUri);
        const trigger = { kind: 'person', by: await currentPerson(options.repo) } as const;
        const started = await session.longhaul.startRelease({
          ...{ ...chosen, model, trigger, ...trainTimeout },
          ...(options.hotfix === true ? { hotfix: true } : {}),
        });
        const { output } = context;
        if (options.watch === true) {
          if (options.json !== true) output.print(`${started.id} has started: ${session.pageOf(started.id)}`);
          endByRelease(
            await followRelease(session, started.id, output, options.json === true),
            options,
            context,
          );
          return;
        }
        if (options.json === true) {
          printJson(output, { ...started, page: session.pageOf(started.id) });
          return;
        }
        output.print(`${started.id} has started.`);
        output.print(`  page  ${session.pageOf(started.id)}`);
        output.print(`  next  longhaul release watch ${started.id}`);
      });
    });
};

/** A longer limit for a training that was out of time: it goes on from its checkpoint. @throws CommandFailure */
function trainTimeoutOf({ trainTimeout }: Options): { readonly trainTimeoutMs?: number } {
  if (trainTimeout === undefined) return {};
  const trainTimeoutMs = parseDuration(trainTimeout);
  if (trainTimeoutMs !== null && trainTimeoutMs > 0) return { trainTimeoutMs };
  throw new CommandFailure(
    exitCodes.usage,
    `--train-timeout is \`${trainTimeout}\`: it has to be a duration such as 9h or 90m.`,
  );
}

/** The workflow refuses too; here it is told at once. @throws CommandFailure */
async function requirePassedCi({ longhaul }: Session, project: string, commit: string): Promise<void> {
  const short = commit.slice(0, 12);
  const run = await longhaul.ciRun(ciRunId(project, commit));
  if (run?.result?.passed === true) return;
  if (run?.status === 'RUNNING') {
    throw new CommandFailure(
      exitCodes.refused,
      `CI still runs for ${short}. Wait for it: longhaul ci run --project ${project} --commit ${commit}`,
    );
  }
  const state = run?.result === undefined ? 'has not run' : 'has not passed';
  throw new CommandFailure(
    exitCodes.refused,
    `CI ${state} for ${short} of ${project}. Run it: longhaul ci run --project ${project} --commit ${commit}`,
  );
}
