import type { Command } from 'commander';
import { deployStatus } from '../../deploy-status.ts';
import { chosenModel } from '../chosen-model.ts';
import type { ModelOptions } from '../chosen-model.ts';
import { environmentOf } from '../cluster-environment.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { printJson } from '../output.ts';
import { withProgress } from '../progress.ts';
import { pageFor } from '../render/page.ts';
import { statusLines } from '../render/status-lines.ts';
import { openLocal } from '../session.ts';
import type { GlobalOptions } from '../session.ts';

export const addDeployStatus: AddCommand = (parent, { output, endWith }) => {
  parent
    .command('status')
    .argument('<environment>', 'of the operator’s file')
    .description('show which versions an environment serves, with their replicas and shares of the traffic')
    .option('--model <name>', 'by default that of this folder')
    .option('--repo <path>', 'folder of the repository, instead of this one')
    .addHelpText(
      'after',
      examples('longhaul deploy status production', 'longhaul deploy status staging --model churn --json') +
        '\n\nThe exit code is 1 where an arm has replicas that are not ready.',
    )
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & ModelOptions>();
      const session = openLocal(options);
      const environment = environmentOf(session.config, name);
      const lane = { model: await chosenModel(options), environment: name };
      const status = await withProgress(output, (tell) => {
        tell(`reading what ${name} serves`);
        return deployStatus({ ...session, environment }, lane);
      });
      if (options.json === true) printJson(output, status);
      else for (const line of statusLines(status, pageFor(output))) output.print(line);
      if (status.arms.some(({ desired, ready }) => ready < desired)) endWith(exitCodes.notPassed);
    });
};
