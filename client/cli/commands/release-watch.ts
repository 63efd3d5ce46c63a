import type { Command } from 'commander';
import { chooseRelease } from '../chosen-release.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { followRelease } from '../follow-release.ts';
import type { ProjectOptions } from '../project.ts';
import { endByRelease } from '../release-end.ts';
import { withSession } from '../session.ts';
import type { GlobalOptions } from '../session.ts';

export const addReleaseWatch: AddCommand = (parent, context) => {
  parent
    .command('watch')
    .argument('[id]', 'a release, by as much of its id as is unique; by default the newest')
    .description('follow a release to its end (Ctrl-C leaves it going)')
    .option('--project <owner/repo>', 'by default the project of this folder')
    .addHelpText(
      'after',
      examples(
        'longhaul release watch',
        'longhaul release watch 3f2a91',
        'longhaul release watch | tee release.log',
      ),
    )
    .action(async (given: string | undefined, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ProjectOptions & GlobalOptions>();
      await withSession(options, async (session) => {
        const id = await chooseRelease(session, given, options);
        endByRelease(
          await followRelease(session, id, context.output, options.json === true),
          options,
          context,
        );
      });
    });
};
