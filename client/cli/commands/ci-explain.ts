import type { Command } from 'commander';
import { readFingerprint } from '../../../activities/store/fingerprints.ts';
import type { CiRunResult, CiStepResult } from '../../../core/ci.ts';
import type { StepFingerprint } from '../../../core/fingerprint.ts';
import { factsOf } from '../../../core/render/step-words.ts';
import { chooseCiRun } from '../chosen-run.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { ciRunOf } from '../follow-ci-run.ts';
import { printJson } from '../output.ts';
import type { ProjectOptions } from '../project.ts';
import { explainLines, fileLines } from '../render/explain-lines.ts';
import { pageFor } from '../render/page.ts';
import { withSession } from '../session.ts';
import type { GlobalOptions, Session } from '../session.ts';

type Options = ProjectOptions & { readonly run?: string; readonly files?: boolean };

export const addCiExplain: AddCommand = (parent, { output }) => {
  parent
    .command('explain')
    .argument('<step>', 'a step of the run')
    .description('say why a step ran, or whose result it took, and what counts as its inputs')
    .option('--run <id>', 'a CI run, by as much of its id or commit as is unique; by default the newest')
    .option('--project <owner/repo>', 'by default the project of this folder')
    .option('--files', 'list the files of the commit that it sees')
    .addHelpText(
      'after',
      examples('longhaul ci explain unit-tests', 'longhaul ci explain train-sample --run 3f2a91 --files'),
    )
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options & GlobalOptions>();
      await withSession(options, async (session) => {
        const id = await chooseCiRun(session, options.run, options);
        const step = stepOf((await ciRunOf(session.longhaul, id)).result, id, name);
        const fingerprint = await fingerprintOf(session, step);
        if (options.json === true) {
          const { because, takenFrom } = factsOf(step.outcome) ?? {};
          printJson(output, {
            run: id,
            step: name,
            status: step.outcome.status,
            because,
            takenFrom,
            fingerprint,
          });
          return;
        }
        const lines =
          options.files === true && fingerprint !== null
            ? fileLines(fingerprint)
            : explainLines({ run: id, step, fingerprint }, pageFor(output));
        for (const line of lines) output.print(line);
      });
    });
};

/** @throws CommandFailure */
function stepOf(result: CiRunResult | undefined, id: string, name: string): CiStepResult {
  if (result === undefined) {
    throw new CommandFailure(
      exitCodes.refused,
      `${id} has no result yet. Follow it with: longhaul ci run, and ask again.`,
    );
  }
  const step = result.steps.find((each) => each.name === name);
  if (step !== undefined) return step;
  const names = result.steps.map((each) => each.name).join(', ');
  throw new CommandFailure(exitCodes.notFound, `${id} has no step \`${name}\`. It has: ${names}`);
}

function fingerprintOf({ store }: Session, { outcome }: CiStepResult): Promise<StepFingerprint | null> {
  const digest = factsOf(outcome)?.fingerprint;
  return digest === undefined ? Promise.resolve(null) : readFingerprint(store, digest);
}
