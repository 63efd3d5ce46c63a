import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { formatProblems } from '../../../config/format-problems.ts';
import { loadProject, projectFile } from '../../../config/load-project.ts';
import type { ProjectConfigResult } from '../../../config/load-project.ts';
import { loadServerConfig } from '../../../config/load-server.ts';
import type { ServerConfig } from '../../../config/server-config.ts';
import type { ReleasePlan } from '../../../core/release.ts';
import { manifestProblems } from '../../../k8s/manifests/own/problems-ahead.ts';
import { isManifestFile, type ManifestFile } from '../../../k8s/manifests/own/read-objects.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { idleInputs } from '../idle-inputs.ts';
import { printJson } from '../output.ts';
import { serverFileOf } from '../server-file.ts';
import type { GlobalOptions } from '../session.ts';

export const addValidate: AddCommand = (parent, { output, endWith }) => {
  parent
    .command('validate')
    .argument('[folder]', 'root of the repository', '.')
    .description(`check ${projectFile}, its environments and what the operator's file grants them`)
    .addHelpText('after', examples('longhaul validate', 'longhaul validate examples/flights --json'))
    .action(async (folder: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const root = resolve(folder);
      if (!existsSync(root))
        throw new CommandFailure(
          exitCodes.notFound,
          `There is no folder ${root}. Name the root of a repository: longhaul validate FOLDER`,
        );
      const serverFile = serverFileOf(options);
      const known = options.server !== undefined || existsSync(serverFile);
      const result = await loadFolder(root, known ? loadServerConfig(serverFile) : undefined);
      const notes = result.ok
        ? [...result.notes.map((note) => formatProblems([note])), ...(await idleInputs(result.ciPlan, root))]
        : [];
      if (options.json === true) printJson(output, documentOf(result, notes));
      else if (result.ok) for (const line of [summaryOf(result, known), ...notes]) output.print(line);
      else output.printError(formatProblems(result.problems));
      if (!result.ok) endWith(exitCodes.configuration);
    });
};

/** Like the commit that it may become, with the manifests that its `longhaul.yaml` names. */
async function loadFolder(root: string, server: ServerConfig | undefined): Promise<ProjectConfigResult> {
  const loaded = loadProject({
    files: (path) => readIfThere(join(root, path)),
    ...(server === undefined ? {} : { server }),
  });
  if (server === undefined || !loaded.ok || loaded.releasePlan === undefined) return loaded;
  const { config, releasePlan: plan } = loaded;
  const filesIn = async (folder: string): Promise<readonly ManifestFile[]> => {
    const listed = await readdir(join(root, folder), { recursive: true }).catch(() => []);
    const paths = listed.filter(isManifestFile).toSorted();
    return paths.map((path) => ({
      file: join(folder, path),
      text: readFileSync(join(root, folder, path), 'utf8'),
    }));
  };
  const commit = '0'.repeat(40);
  const problems = await manifestProblems({ plan, server, project: config.project, commit, filesIn });
  return problems.length === 0 ? loaded : { ok: false, problems };
}

function readIfThere(path: string): string | null {
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

const documentOf = (result: ProjectConfigResult, notes: readonly string[]): object =>
  result.ok
    ? { ok: true, ci: result.ciPlan, release: result.releasePlan ?? null, notes }
    : { ok: false, problems: result.problems };

const takeOverOf = ({ blueGreen, canary }: ReleasePlan): string =>
  blueGreen === undefined ? `by a canary of ${canary.weights.join(', ')} %` : 'by blue-green';

function summaryOf(
  { config, ciPlan, releasePlan }: Extract<ProjectConfigResult, { readonly ok: true }>,
  known: boolean,
): string {
  const release =
    releasePlan === undefined
      ? 'no release part: CI only'
      : `released to ${releasePlan.production.name} ${takeOverOf(releasePlan)}`;
  const grants = known ? '' : ' (the operator’s grants were not checked: there is no operator’s file)';
  return `${projectFile} of ${config.project} is valid: ${ciPlan.steps.length} CI steps, ${release}${grants}.`;
}
