import { ScheduleClient } from '@temporalio/client';
import type { Command } from 'commander';
import { readTriggers } from '../../../config/read-triggers.ts';
import { temporalSettings } from '../../connection.ts';
import { applyScheduleChanges, changesOfSchedules } from '../../schedules/project-schedules.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { fileOnMain } from '../file-on-main.ts';
import { printJson } from '../output.ts';
import { confirm } from '../person.ts';
import { currentProject } from '../project.ts';
import { pageFor } from '../render/page.ts';
import { scheduleLines } from '../render/schedule-lines.ts';
import { withSession } from '../session.ts';
import type { GlobalOptions } from '../session.ts';

interface Options extends GlobalOptions {
  readonly project?: string;
  readonly repo?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

export const addSchedulesSync: AddCommand = (parent, { output }) => {
  parent
    .command('sync')
    .description('make the schedules of a project as longhaul.yaml of its main branch says')
    .option('--project <owner/repo>', 'by default the project of this folder')
    .option('--repo <path>', 'folder of the repository, instead of this one')
    .option('--dry-run', 'show the difference, and change nothing')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      examples('longhaul schedules sync', 'longhaul schedules sync --project longhaul/flights --dry-run'),
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const project = await currentProject(options);
      if (project === undefined) {
        throw new CommandFailure(
          exitCodes.usage,
          'There is no longhaul.yaml here to take the project from. Name it: --project OWNER/REPO',
        );
      }
      await withSession(options, async ({ config, connection }) => {
        const { branch, commit, text } = await fileOnMain(project, config);
        const { policy, problem } = readTriggers(text);
        if (problem !== undefined) throw new CommandFailure(exitCodes.configuration, problem);
        const schedules = new ScheduleClient({
          connection,
          namespace: temporalSettings(config).namespace,
        });
        const changes = await changesOfSchedules(schedules, project, policy);
        const isCurrent = changes.every(({ kind }) => kind === 'keep');
        if (options.json !== true) {
          output.print(`Schedules of ${project}, by longhaul.yaml of ${branch} at ${commit.slice(0, 12)}:`);
          for (const line of scheduleLines(changes, pageFor(output))) output.print(line);
        }
        const applies = !isCurrent && options.dryRun !== true && (await agrees(options));
        if (applies) await applyScheduleChanges(schedules, project, changes);
        if (options.json === true) printJson(output, { project, branch, commit, changes, applied: applies });
        else
          output.print(
            isCurrent ? 'All of them are so already.' : applies ? 'Done.' : 'Nothing was changed.',
          );
      });
    });
};

async function agrees({ yes, json }: Options): Promise<boolean> {
  if (yes === true) return true;
  if (json !== true && process.stdin.isTTY) return (await confirm('Change them so?')) === true;
  throw new CommandFailure(
    exitCodes.usage,
    'Nothing was changed: nobody can be asked here. Say --yes to change them, or --dry-run to see.',
  );
}
