import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { formatTime } from '../../../core/time.ts';
import type { ReleaseView } from '../../release-views.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { printJson } from '../output.ts';
import { currentProject } from '../project.ts';
import type { ProjectOptions } from '../project.ts';
import { pageFor } from '../render/page.ts';
import { stateWords } from '../render/release-lines.ts';
import { tableLines } from '../render/table-lines.ts';
import { withSession } from '../session.ts';
import type { GlobalOptions } from '../session.ts';

type Options = ProjectOptions & { readonly limit: number; readonly all?: boolean };

export const addReleaseList: AddCommand = (parent, { output }) => {
  parent
    .command('list')
    .description('list releases, newest first')
    .option('--project <owner/repo>', 'by default the project of this folder, if it is one')
    .option('--all', 'of all projects')
    .option('--limit <count>', 'at most so many', parseCount, 20)
    .addHelpText('after', examples('longhaul release list', 'longhaul release list --all --json'))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options & GlobalOptions>();
      await withSession(options, async ({ longhaul }) => {
        const project = options.all === true ? undefined : await currentProject(options);
        const views = await longhaul.releases({
          limit: options.limit,
          ...(project === undefined ? {} : { project }),
        });
        if (options.json === true) printJson(output, views);
        else if (views.length === 0)
          output.print('There is no release yet. Start one with: longhaul release start');
        else for (const line of releaseTable(views, pageFor(output).columns)) output.print(line);
      });
    });
};

const releaseTable = (views: readonly ReleaseView[], columns: number): readonly string[] =>
  tableLines(
    [
      ['RELEASE', 'STARTED', 'CANDIDATE', 'STATE'],
      ...views.map((view) => [
        view.id,
        formatTime(view.startedAt),
        view.record?.candidateVersion ?? '-',
        stateWords(view).replace(/\s+/g, ' '),
      ]),
    ],
    columns,
  );

function parseCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It has to be a whole number above 0.');
}
