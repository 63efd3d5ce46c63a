import type { Command } from 'commander';
import { flakyHistory } from '../../../core/test-history.ts';
import { readTestRuns } from '../../test-history.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { printJson } from '../output.ts';
import { currentProject } from '../project.ts';
import type { ProjectOptions } from '../project.ts';
import { flakyLines } from '../render/flaky-lines.ts';
import { pageFor } from '../render/page.ts';
import { openLocal } from '../session.ts';
import type { GlobalOptions } from '../session.ts';

type Options = ProjectOptions & { readonly step?: string };

export const addCiFlaky: AddCommand = (parent, { output }) => {
  parent
    .command('flaky')
    .description('list tests that failed and then passed in the same run, and how often')
    .option('--step <name>', 'of this step alone')
    .option('--project <owner/repo>', 'by default the project of this folder, else all')
    .addHelpText('after', examples('longhaul ci flaky', 'longhaul ci flaky --step unit-tests --json'))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options & GlobalOptions>();
      const { store } = openLocal(options);
      const project = await currentProject(options);
      const runs = await readTestRuns(store, { project, step: options.step });
      const history = flakyHistory(runs);
      if (options.json === true) printJson(output, history);
      else for (const line of flakyLines(runs, history, pageFor(output))) output.print(line);
    });
};
