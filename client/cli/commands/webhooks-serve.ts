import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ScrapeTargets } from '../../../local/prometheus.ts';
import { writeAtomically } from '../../../local/supervisor/atomic-file.ts';
import { addressHere } from '../../webhooks/address.ts';
import { serveUntilSignal } from '../../webhooks/serve.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { serverFileOf } from '../server-file.ts';
import type { GlobalOptions } from '../session.ts';

interface Options {
  readonly metricsTargets?: string;
}

export const addWebhooksServe: AddCommand = (parent, { output }) => {
  parent
    .command('serve')
    .description('serve what GitHub and Slack send, until it is ended; `longhaul up` does it by itself')
    .option(
      '--metrics-targets <file>',
      'tell Prometheus in this file where its metrics are, while it listens',
    )
    .addHelpText('after', examples('longhaul webhooks serve --server ops/longhaul.server.yaml'))
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options & GlobalOptions>();
      const targets = options.metricsTargets === undefined ? null : resolve(options.metricsTargets);
      await serveUntilSignal(resolve(serverFileOf(options)), output.printError, async (running) => {
        if (targets !== null) await writeTargets(targets, new URL(addressHere(running)).host);
      });
      if (targets !== null) await rm(targets, { force: true });
    });
};

async function writeTargets(file: string, target: string): Promise<void> {
  const targets: readonly ScrapeTargets[] = [{ targets: [target], labels: {} }];
  await writeAtomically(file, JSON.stringify(targets));
}
