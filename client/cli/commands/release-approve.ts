import type { Command } from 'commander';
import type { Evidence, ReleaseRecord } from '../../../core/release.ts';
import { chooseRelease } from '../chosen-release.ts';
import { examples } from '../context.ts';
import type { AddCommand, CommandContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { viewOf } from '../follow-release.ts';
import { confirm } from '../person.ts';
import type { ProjectOptions } from '../project.ts';
import { approvalLines } from '../render/approval-lines.ts';
import { evidenceLines } from '../render/evidence-lines.ts';
import { stateWords } from '../render/release-lines.ts';
import { plain } from '../render/style.ts';
import { say } from '../say.ts';
import { withSession } from '../session.ts';
import type { GlobalOptions } from '../session.ts';

type Options = ProjectOptions & {
  readonly evidence?: string;
  readonly comment?: string;
  readonly yes?: boolean;
};

/** Answering yes asks first; answering no puts nothing at risk. */
export const addReleaseApprove: AddCommand = (parent, context) => {
  addAnswer(parent, context, 'approve', 'answer yes at the approval, for the evidence that is shown')
    .option('--comment <text>', 'kept in the record')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      examples(
        'longhaul release approve',
        'longhaul release approve 3f2a91 --evidence sha256:9c1f --comment "looks good" --yes',
      ),
    );
};

export const addReleaseReject: AddCommand = (parent, context) => {
  addAnswer(parent, context, 'reject', 'answer no at the approval: the release ends and is undone')
    .option('--comment <text>', 'why; it is kept in the record')
    .addHelpText(
      'after',
      examples('longhaul release reject', 'longhaul release reject 3f2a91 --comment "late flights"'),
    );
};

function addAnswer(
  parent: Command,
  context: CommandContext,
  word: 'approve' | 'reject',
  description: string,
): Command {
  return parent
    .command(word)
    .argument('[id]', 'a release, by as much of its id as is unique; by default the newest')
    .description(description)
    .option('--project <owner/repo>', 'by default the project of this folder')
    .option('--evidence <digest>', 'answer only if this is the evidence (its digest, or its first digits)')
    .action(async (given: string | undefined, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options & GlobalOptions>();
      const { output } = context;
      await withSession(options, async (session) => {
        const id = await chooseRelease(session, given, options);
        const view = await viewOf(session.longhaul, id);
        const evidence = evidenceOf(id, view.record, stateWords(view));
        requireSame(evidence, options.evidence, word);
        const tell = options.json === true ? output.printError : output.print;
        for (const line of evidenceLines(evidence)) tell(line);
        if (view.record !== undefined) for (const line of approvalLines(view.record, plain)) tell(line);
        if (word === 'approve' && options.yes !== true && !(await agrees(id))) {
          throw new CommandFailure(
            exitCodes.refused,
            `Not approved. It waits for an answer: longhaul release approve ${id}`,
          );
        }
        const comment = options.comment === undefined ? {} : { comment: options.comment };
        await say(session, id, word, { evidence: evidence.digest, ...comment }, options, context);
      });
    });
}

function evidenceOf(id: string, record: ReleaseRecord | undefined, state: string): Evidence {
  if (record?.evidence !== undefined && record.phase === 'waitingForApproval') return record.evidence;
  throw new CommandFailure(
    exitCodes.refused,
    `${id} has nothing to approve: ${state}. See: longhaul release show ${id}`,
  );
}

function requireSame(evidence: Evidence, given: string | undefined, word: string): void {
  if (given === undefined) return;
  const hex = given.replace(/^sha256:/, '');
  if (hex.length >= 4 && evidence.digest.replace(/^sha256:/, '').startsWith(hex)) return;
  throw new CommandFailure(
    exitCodes.refused,
    `The evidence is ${evidence.digest} now, not ${given}. Look at it again: longhaul release ${word}`,
  );
}

async function agrees(id: string): Promise<boolean> {
  if (process.stdin.isTTY) return (await confirm(`Approve ${id} for production?`)) === true;
  throw new CommandFailure(
    exitCodes.usage,
    'Nobody can be asked here: say --yes to approve the evidence above.',
  );
}
