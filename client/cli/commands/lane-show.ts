import type { Command } from 'commander';
import { chosenModel } from '../chosen-model.ts';
import type { ModelOptions } from '../chosen-model.ts';
import { environmentOf } from '../cluster-environment.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { printJson } from '../output.ts';
import { laneLines, reportOf } from '../render/lane-lines.ts';
import { pageFor } from '../render/page.ts';
import { withSession } from '../session.ts';
import type { GlobalOptions } from '../session.ts';

export const addLaneShow: AddCommand = (parent, { output }) => {
  parent
    .command('show')
    .argument('[environment]', 'of the operator’s file; by default all of them')
    .description('show who holds a lane, who waits and why, until when at most, and its freezes')
    .option('--model <name>', 'by default that of this folder')
    .option('--repo <path>', 'folder of the repository, instead of this one')
    .addHelpText(
      'after',
      examples('longhaul lane show', 'longhaul lane show production', 'longhaul lane show --json'),
    )
    .action(async (given: string | undefined, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & ModelOptions>();
      await withSession(options, async ({ config, longhaul }) => {
        if (given !== undefined) environmentOf(config, given);
        const environments = given === undefined ? Object.keys(config.environments) : [given];
        const model = await chosenModel(options);
        const statuses = await Promise.all(
          environments.map((environment) => longhaul.lookAtLane({ model, environment })),
        );
        const reports = statuses.map((status) => reportOf(status, new Date()));
        if (options.json === true) printJson(output, reports);
        else for (const line of laneLines(reports, pageFor(output))) output.print(line);
      });
    });
};
