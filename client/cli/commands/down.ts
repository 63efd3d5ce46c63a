import type { Command } from 'commander';
import { homePaths } from '../../../local/home.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { printJson } from '../output.ts';
import type { GlobalOptions } from '../session.ts';
import { stopStack } from '../start-stack.ts';

export const addDown: AddCommand = (parent, { output }) => {
  parent
    .command('down')
    .description('end the workers and all servers; what is under way goes on at the next `longhaul up`')
    .addHelpText('after', examples('longhaul down', 'LONGHAUL_HOME=/srv/longhaul longhaul down'))
    .action(async (_options: unknown, command: Command) => {
      const { json } = command.optsWithGlobals<GlobalOptions>();
      const wasRunning = await stopStack(homePaths());
      if (json === true) printJson(output, { wasRunning });
      else output.print(wasRunning ? 'All of it has ended.' : 'Nothing was running.');
    });
};
