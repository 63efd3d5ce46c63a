import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import type { ArtifactRef } from '../../../core/artifact.ts';
import type { CiRunResult } from '../../../core/ci.ts';
import { chooseCiRun } from '../chosen-run.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { ciRunOf } from '../follow-ci-run.ts';
import { printJson } from '../output.ts';
import type { ProjectOptions } from '../project.ts';
import { withSession } from '../session.ts';
import type { GlobalOptions } from '../session.ts';

/** Formats by name, with the ending of their files and which part of the result holds them. */
const formats = {
  html: { ending: 'html', of: ({ html }: CiRunResult['report']) => html },
  md: { ending: 'md', of: ({ markdown }: CiRunResult['report']) => markdown },
  junit: { ending: 'xml', of: ({ junit }: CiRunResult['report']) => junit },
} as const satisfies Record<
  string,
  { readonly ending: string; readonly of: (report: CiRunResult['report']) => ArtifactRef | undefined }
>;
type Format = keyof typeof formats;

type Options = ProjectOptions & { readonly format: Format; readonly output?: string };

export const addCiReport: AddCommand = (parent, { output }) => {
  parent
    .command('report')
    .argument('[run]', 'a CI run, by as much of its id or commit as is unique; by default the newest')
    .description('write the report of a CI run: a page to send around, or a file for other tools')
    .option('--project <owner/repo>', 'by default the project of this folder')
    .addOption(
      new Option('--format <format>', 'a page, Markdown, or JUnit')
        .choices(Object.keys(formats))
        .default('html'),
    )
    .option('--output <file>', 'where it is written; `-` prints it')
    .addHelpText(
      'after',
      examples(
        'longhaul ci report',
        'longhaul ci report 3f2a91c --format junit --output ci.xml',
        'longhaul ci report --format md --output - >> "$GITHUB_STEP_SUMMARY"',
      ),
    )
    .action(async (given: string | undefined, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options & GlobalOptions>();
      await withSession(options, async (session) => {
        const id = await chooseCiRun(session, given, options);
        const { result } = await ciRunOf(session.longhaul, id);
        if (result === undefined) throw noReport(id);
        const artifact = formats[options.format].of(result.report);
        if (artifact === undefined) throw noPage(id);
        const text = await session.store.getText(artifact.digest);
        if (options.output === '-') {
          output.print(text.replace(/\n$/, ''));
          return;
        }
        const file = resolve(
          options.output ?? `ci-${result.commit.slice(0, 12)}.${formats[options.format].ending}`,
        );
        await writeFile(file, text);
        if (options.json === true) printJson(output, { id, format: options.format, file });
        else output.print(file);
      });
    });
};

const noReport = (id: string): CommandFailure =>
  new CommandFailure(
    exitCodes.notFound,
    `${id} has no report: it goes on, or it ended without a result. See it with: longhaul ci show ${id}`,
  );

/** Version 0.1.0 made none. */
const noPage = (id: string): CommandFailure =>
  new CommandFailure(
    exitCodes.notFound,
    `There is no page of ${id}, only: longhaul ci report ${id} --format md`,
  );
