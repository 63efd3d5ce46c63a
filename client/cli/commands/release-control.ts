import type { Command } from 'commander';
import type { ReleaseMessage } from '../../../workflows/messages.ts';
import { chooseRelease } from '../chosen-release.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import type { ProjectOptions } from '../project.ts';
import { say } from '../say.ts';
import { withSession } from '../session.ts';
import type { GlobalOptions } from '../session.ts';

type Options = ProjectOptions & { readonly comment?: string };

const controls: readonly { readonly message: ReleaseMessage; readonly description: string }[] = [
  { message: 'pause', description: 'hold a release where it stands; what takes traffic is still watched' },
  { message: 'resume', description: 'let a paused release go on' },
  { message: 'abort', description: 'end a release now and undo what it did' },
];

/** Adds the commands that say one word to an open release. */
export const addReleaseControls: AddCommand = (parent, context) => {
  for (const { message, description } of controls) {
    parent
      .command(message)
      .argument('[id]', 'a release, by as much of its id as is unique; by default the newest')
      .description(description)
      .option('--project <owner/repo>', 'by default the project of this folder')
      .option('--comment <text>', 'why; it is kept in the record')
      .addHelpText(
        'after',
        examples(
          `longhaul release ${message}`,
          `longhaul release ${message} 3f2a91 --comment "late flights"`,
        ),
      )
      .action(async (given: string | undefined, _options: unknown, command: Command) => {
        const options = command.optsWithGlobals<Options & GlobalOptions>();
        await withSession(options, async (session) => {
          const id = await chooseRelease(session, given, options);
          const words = options.comment === undefined ? {} : { comment: options.comment };
          await say(session, id, message, words, options, context);
        });
      });
  }
};
