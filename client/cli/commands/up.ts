import { once } from 'node:events';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { ServerConfig } from '../../../config/server-config.ts';
import { alignColumns } from '../../../core/render/markdown.ts';
import { homePaths } from '../../../local/home.ts';
import { addressHere } from '../../webhooks/address.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { provideOperatorsFile } from '../operators-file.ts';
import { printJson } from '../output.ts';
import type { Output } from '../output.ts';
import { localProject } from '../project.ts';
import { askUnless, serveProject } from '../serve-project.ts';
import { serverFileOf } from '../server-file.ts';
import type { GlobalOptions } from '../session.ts';
import { startStack, stopStack } from '../start-stack.ts';

interface Options {
  readonly detach: boolean;
  readonly yes?: boolean;
}

export const addUp: AddCommand = (parent, { output }) => {
  parent
    .command('up')
    .description(
      'start what is not running: Temporal, MLflow, Prometheus, Envoy, served models, workers, webhooks',
    )
    .option('--detach', 'leave all of it running and return (the default)', true)
    .option('--no-detach', 'stay, and end all of it at Ctrl-C')
    .option('-y, --yes', 'ask nothing: a repository that this is typed in is served')
    .addHelpText(
      'after',
      examples('longhaul up', 'longhaul up --server ops/longhaul.server.yaml', 'longhaul up --no-detach'),
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options & GlobalOptions>();
      const home = homePaths();
      const serverFile = resolve(serverFileOf(options, home));
      const tell = options.json === true ? output.printError : output.print;
      if (options.server === undefined && (await provideOperatorsFile(serverFile))) {
        tell(`${serverFile} is written: it says which repositories are served and where everything is.`);
      } else {
        await serveHere(serverFile, options, output, tell);
      }
      const stack = await startStack(home, serverFile, tell);
      const addresses = addressesOf(stack.config);
      if (options.json === true) {
        printJson(output, { home: home.root, serverFile, addresses, workers: stack.workers });
      } else {
        const nothingNew =
          stack.alreadyRunning && stack.started.length === 0 && stack.webhooks?.started !== true;
        output.print(nothingNew ? 'All of it was running already.' : 'All of it runs.');
        const rows = Object.entries(addresses).map(([name, address]) => [`  ${name}`, address]);
        for (const line of alignColumns(rows)) output.print(line);
      }
      if (!options.detach) {
        await untilInterrupted();
        await stopStack(home);
      }
    });
};

/** Offers to serve the repository that the command is typed in; where nobody can be asked, it is told how. */
async function serveHere(
  serverFile: string,
  { yes = false, json = false }: Options & GlobalOptions,
  { interactive }: Output,
  tell: (line: string) => void,
): Promise<void> {
  const local = await localProject(process.cwd()).catch(() => null);
  if (local === null) return;
  const { project } = local.identity;
  const canAsk = interactive && !json && process.stdin.isTTY;
  const serving = await serveProject(serverFile, { project, root: local.root }, async (question) => {
    if (yes || canAsk) return askUnless(yes)(question);
    tell(`${project} is not served yet; to add it to ${serverFile}: longhaul up --yes`);
    return false;
  });
  if (serving.kind === 'added') tell(`${serverFile} serves ${project} now, from ${serving.url}.`);
}

/** Where people look, by what is there. */
export function addressesOf(config: ServerConfig): Readonly<Record<string, string>> {
  const { ports } = config.local;
  const on = (port: number): string => `http://127.0.0.1:${port}`;
  return {
    'Temporal UI': `${on(ports.temporalUi)}/namespaces/${config.temporal.namespace}`,
    MLflow: config.mlflow.trackingUri,
    Prometheus: on(ports.prometheus),
    ...(config.webhooks === undefined
      ? {}
      : { Webhooks: config.webhooks.publicUrl ?? addressHere(config.webhooks) }),
    ...Object.fromEntries(
      Object.entries(config.environments).map(([name, environment]) => [
        name,
        environment.target === 'local' ? on(environment.port) : environment.baseUrl,
      ]),
    ),
  };
}

async function untilInterrupted(): Promise<void> {
  const keepAlive = setInterval(() => undefined, 60_000);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  clearInterval(keepAlive);
}
