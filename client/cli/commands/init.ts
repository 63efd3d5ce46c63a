import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { formatProblems } from '../../../config/format-problems.ts';
import { projectId } from '../../../config/fields.ts';
import { loadProject, projectFile } from '../../../config/load-project.ts';
import { LonghaulError } from '../../../core/errors.ts';
import { foundLines } from '../../init/found-lines.ts';
import { identityOf } from '../../init/identity.ts';
import { lintRequirements, namedPythons, ownRequirements, planProject } from '../../init/plan.ts';
import type { Identity, InitPlan } from '../../init/plan.ts';
import { pythonsHere } from '../../init/pythons-here.ts';
import { viewRepository } from '../../init/repository-view.ts';
import type { RepositoryView } from '../../init/repository-view.ts';
import { writeRequirements, writeYaml } from '../../init/write-yaml.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { git } from '../git.ts';
import { printJson } from '../output.ts';
import { askFor } from '../person.ts';
import { pageFor } from '../render/page.ts';
import { cut } from '../render/text.ts';
import { askUnless, serveProject } from '../serve-project.ts';
import type { Serving } from '../serve-project.ts';
import { serverFileOf } from '../server-file.ts';
import type { GlobalOptions } from '../session.ts';

interface Options {
  readonly yes?: boolean;
  readonly force?: boolean;
  readonly print?: boolean;
  readonly project?: string;
}

export const addInit: AddCommand = (parent, { output }) => {
  parent
    .command('init')
    .argument('[folder]', 'a folder of the repository', '.')
    .description(`look at a repository and write a commented ${projectFile} with what was found`)
    .option('--project <owner/repo>', 'by default that of the remote origin')
    .option('-y, --yes', 'ask nothing')
    .option('--force', `write over a ${projectFile} that is there`)
    .option('--print', 'print the file, and write nothing')
    .addHelpText(
      'after',
      examples('longhaul init', 'longhaul init --yes', 'longhaul init ../my-model --print'),
    )
    .action(async (folder: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options & GlobalOptions>();
      const silent =
        options.yes === true || options.json === true || !output.interactive || !process.stdin.isTTY;
      const root = await rootOf(resolve(folder));
      const writes = options.print !== true;
      if (writes) refuseToOverwrite(root, options.force === true);
      const view = await viewRepository(root);
      const identity = await chooseIdentity(root, options.project, silent || !writes);
      const plan = planProject(view, identity, await pythonsHere(namedPythons(view)));
      const texts = textsOf(plan);
      checkTexts(texts, view);
      if (!writes) {
        if (options.json === true) printJson(output, { ...plan, files: texts });
        else for (const text of Object.values(texts)) output.print(text);
        return;
      }
      for (const [name, text] of Object.entries(texts)) await writeFile(join(root, name), text);
      const serverFile = resolve(serverFileOf(options));
      const serving = await serveProject(serverFile, { project: identity.project, root }, askUnless(silent));
      if (options.json === true) {
        printJson(output, { ...plan, files: texts, written: Object.keys(texts), serving });
        return;
      }
      output.print(`${Object.keys(texts).join(' and ')} written in ${root}, for ${identity.project}:`);
      for (const line of foundLines(plan)) output.print(cut(line, pageFor(output).columns));
      if (serving.kind === 'added') output.print(`${serverFile} serves it now, from ${serving.url}.`);
      output.print(
        `next  ${existsSync(serverFile) ? '' : 'longhaul up, then '}longhaul ci run --worktree${hint(serving, serverFile)}`,
      );
    });
};

const hint = ({ kind }: Serving, serverFile: string): string =>
  kind === 'notAdded' && existsSync(serverFile) ? `   # once ${serverFile} serves it` : '';

/** @throws CommandFailure outside of git, which the commits come from */
async function rootOf(folder: string): Promise<string> {
  const root = existsSync(folder) ? await git(['rev-parse', '--show-toplevel'], folder) : null;
  if (root !== null) return root;
  throw new CommandFailure(
    exitCodes.notFound,
    existsSync(folder)
      ? `${folder} is in no git repository. Make it one with: git init`
      : `There is no folder ${folder}.`,
  );
}

function refuseToOverwrite(root: string, force: boolean): void {
  const there = [projectFile, ownRequirements, lintRequirements].find((name) => existsSync(join(root, name)));
  if (there === undefined || force) return;
  throw new CommandFailure(
    exitCodes.refused,
    `${join(root, there)} is there already. See what would be written with --print, or write over it with --force.`,
  );
}

async function chooseIdentity(root: string, given: string | undefined, silent: boolean): Promise<Identity> {
  if (given !== undefined) return { project: checkedProject(given), from: 'as it was asked for' };
  const { sure, ...found } = await identityOf(root);
  if (silent) return found;
  const project = sure
    ? found.project
    : checkedProject(await askFor('The repository, as OWNER/REPO', found.project));
  const repo = project.slice(project.indexOf('/') + 1);
  const model = await askFor('Name of the model, should it be released one day', repo);
  return {
    project,
    from: project === found.project ? found.from : 'as it was asked for',
    ...(model === repo ? {} : { model }),
  };
}

function checkedProject(text: string): string {
  if (projectId.safeParse(text).success) return text;
  throw new CommandFailure(exitCodes.usage, `\`${text}\` is not of the form owner/repo.`);
}

const textsOf = (plan: InitPlan): Readonly<Record<string, string>> => ({
  [projectFile]: writeYaml(plan),
  ...Object.fromEntries(
    Object.entries(plan.requirements).map(([name, lines]) => [name, writeRequirements(lines)]),
  ),
});

/** @throws LonghaulError for a file that Longhaul itself would not take */
function checkTexts(texts: Readonly<Record<string, string>>, view: RepositoryView): void {
  const loaded = loadProject({ files: (path) => texts[path] ?? view.read(path) });
  if (loaded.ok) return;
  throw new LonghaulError(
    'InvalidConfig',
    `What was found does not come to a valid file; nothing is written:\n${formatProblems(loaded.problems)}`,
    { mend: 'See the file with --print; write it by hand, and tell the makers of Longhaul.' },
  );
}
