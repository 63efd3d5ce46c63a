import type { Command } from 'commander';
import { createCluster } from '../../../k8s/api/create-cluster.ts';
import { adoptionFor, carryOutAdoption, previewAdoption } from '../../deploy-adopt.ts';
import type { AdoptionPreview } from '../../deploy-adopt.ts';
import { deployStatus } from '../../deploy-status.ts';
import { chooseVersion } from '../../registered-version.ts';
import type { WorkOptions } from '../chosen-work.ts';
import { clusterEnvironmentOf } from '../cluster-environment.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { printJson } from '../output.ts';
import { confirm } from '../person.ts';
import { withPlannedRelease } from '../planned-release.ts';
import { withProgress } from '../progress.ts';
import { adoptionLines } from '../render/adoption-lines.ts';
import { pageFor } from '../render/page.ts';
import { statusLines } from '../render/status-lines.ts';
import { openLocal } from '../session.ts';
import type { GlobalOptions } from '../session.ts';

type Options = WorkOptions & GlobalOptions & { readonly modelVersion: string; readonly yes?: boolean };

export const addDeployAdopt: AddCommand = (parent, { output }) => {
  parent
    .command('adopt')
    .argument('<environment>', 'staging or production, where that is on a cluster')
    .description('let a Deployment that others have made be the stable arm of an environment, once')
    .requiredOption('--model-version <number>', 'the registered version that it serves now')
    .option('--project <owner/repo>', 'by default the project of this folder')
    .option('--commit <hash>', 'the commit that its server is of; by default HEAD of this folder')
    .option('--repo <path>', 'folder of the repository, instead of this one')
    .option('--yes', 'do not ask')
    .addHelpText(
      'after',
      examples(
        'longhaul deploy adopt production --model-version 4',
        'longhaul deploy adopt production --model-version 4 --commit 3f2a91c --yes',
      ) + whatAdoptingIs,
    )
    .action(async (name: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const session = openLocal(options);
      const { config, store } = session;
      const environment = clusterEnvironmentOf(config, name);
      const cluster = createCluster(environment);
      const page = pageFor(output);
      const tellPlan = (preview: AdoptionPreview): void => {
        for (const line of adoptionLines(preview, page))
          if (options.json === true) output.printError(line);
          else output.print(line);
      };
      await withPlannedRelease(options, config, name, async (planned) => {
        const { trackingUri } = config.mlflow;
        const { version } = await chooseVersion(trackingUri, planned.plan.model, options.modelVersion);
        const place = { cluster, environment, config, store, checkouts: planned.files };
        const adoption = adoptionFor({ ...planned, version });
        const preview = await withProgress(output, (tell) => {
          tell(`reading what ${name} serves`);
          return previewAdoption(place, adoption);
        });
        if (preview !== null) {
          tellPlan(preview);
          if (options.yes !== true && !(await agrees(name)))
            throw new CommandFailure(exitCodes.refused, 'Nothing was changed.');
          await withProgress(output, (tell) => carryOutAdoption(place, adoption, tell));
        }
        const status = await deployStatus({ ...session, environment }, adoption.lane);
        if (options.json === true) printJson(output, { adopted: preview !== null, ...status });
        else {
          output.print(preview === null ? `It is adopted already; nothing was changed.` : 'Adopted.');
          for (const line of statusLines(status, page)) output.print(line);
        }
      });
    });
};

async function agrees(environment: string): Promise<boolean> {
  if (process.stdin.isTTY) return (await confirm(`Adopt it in ${environment}?`)) === true;
  throw new CommandFailure(
    exitCodes.usage,
    'Nothing was changed: nobody can be asked here. Say --yes to adopt.',
  );
}

const whatAdoptingIs = `

A release has to tell the pods of the stable arm from those of its candidate. Pods of a Deployment that others have made
do not carry the label for that. Adopting adds it: the pods are started anew, once, in the Deployment's own rolling way.
Its selector, its containers and its replicas stay as they are.`;
