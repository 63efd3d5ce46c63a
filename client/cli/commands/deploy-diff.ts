import type { Command } from 'commander';
import { createCluster } from '../../../k8s/api/create-cluster.ts';
import type { ReleasePreview } from '../../../k8s/dry-run/preview-release.ts';
import { previewDeployment } from '../../deploy-preview.ts';
import { chooseVersion } from '../../registered-version.ts';
import type { ChosenVersion } from '../../registered-version.ts';
import type { WorkOptions } from '../chosen-work.ts';
import { clusterEnvironmentOf } from '../cluster-environment.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { printJson } from '../output.ts';
import { withPlannedRelease } from '../planned-release.ts';
import type { PlannedRelease } from '../planned-release.ts';
import { withProgress } from '../progress.ts';
import { diffLines } from '../render/diff-lines.ts';
import { pageFor } from '../render/page.ts';
import { openLocal } from '../session.ts';
import type { GlobalOptions } from '../session.ts';

type Options = WorkOptions & GlobalOptions & { readonly modelVersion?: string };

export const addDeployDiff: AddCommand = (parent, { output, endWith }) => {
  parent
    .command('diff')
    .argument('<environment>', 'staging or production, where that is on a cluster')
    .description('show what a release of a commit would change on the cluster, and change nothing')
    .option('--project <owner/repo>', 'by default the project of this folder')
    .option('--commit <hash>', 'by default HEAD of this folder')
    .option('--repo <path>', 'folder of the repository, instead of this one')
    .option('--worktree', 'by the files of this folder as they are now; images are named by HEAD')
    .option('--model-version <number>', 'by default the champion, else the newest that is registered')
    .addHelpText(
      'after',
      examples(
        'longhaul deploy diff staging',
        'longhaul deploy diff production --commit 3f2a91c --model-version 4',
        'longhaul deploy diff production --worktree',
        'longhaul deploy diff production --json | jq -r \'.objects[] | select(.change != "unchanged") | .name\'',
      ) + exitCodesOfDiff,
    )
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const { config, store } = openLocal(options);
      const environment = clusterEnvironmentOf(config, name);
      const cluster = createCluster(environment);
      await withPlannedRelease(options, config, name, async (planned) => {
        const { chosen, preview } = await withProgress(output, async (tell) => {
          tell(`asking ${config.mlflow.trackingUri} for versions of ${planned.plan.model}`);
          const version = await chooseVersion(
            config.mlflow.trackingUri,
            planned.plan.model,
            options.modelVersion,
          );
          const place = { cluster, environment, config, store, checkouts: planned.files };
          const deployable = { ...planned, version: version.version };
          return { chosen: version, preview: await previewDeployment(place, deployable, tell) };
        });
        const isDifferent = preview.objects.some(({ change }) => change !== 'unchanged');
        if (options.json === true) printJson(output, documentOf(planned, chosen, preview, cluster.name));
        else {
          const page = pageFor(output);
          for (const line of headLines(planned, chosen, preview, cluster.name)) output.print(line);
          for (const line of diffLines(preview, page)) output.print(line);
        }
        if (isDifferent) endWith(exitCodes.notPassed);
      });
    });
};

const exitCodesOfDiff = `

As of \`kubectl diff\`, the exit code is 0 where nothing would change, and 1 where something would.`;

function headLines(
  { project, commit, environment }: PlannedRelease,
  { version, because }: ChosenVersion,
  { stable, candidate }: ReleasePreview,
  cluster: string,
): readonly string[] {
  const now = stable === null ? 'serves nothing yet' : `serves version ${stable.version}`;
  return [
    `What a release of ${commit.slice(0, 12)} of ${project} would change in ${environment.name}, on ${cluster}.`,
    `By version ${version.version} of ${version.model} (${because}), with ${environment.replicas} replicas; ${environment.name} now ${now}.`,
    ...(candidate === null
      ? []
      : [
          `${candidate.release} goes on there with version ${candidate.version}: another release waits for its end.`,
        ]),
    '',
  ];
}

const documentOf = (
  { project, commit, environment }: PlannedRelease,
  { version, because }: ChosenVersion,
  { stable, candidate, objects, onTheWay }: ReleasePreview,
  cluster: string,
): object => ({
  ...{ environment: environment.name, cluster, project, commit },
  ...{ model: version.model, version: version.version, because },
  serving: stable?.version ?? null,
  candidate: candidate?.version ?? null,
  differs: objects.some(({ change }) => change !== 'unchanged'),
  objects: objects.map(({ diff, ...object }) => ({ ...object, diff: diff.join('\n') })),
  onTheWay,
});
