import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@temporalio/client';
import { createArtifactStore } from '../../../activities/store/index.ts';
import { runningWorkers } from '../../../client/cli/worker-processes.ts';
import { connectToTemporal } from '../../../client/connection.ts';
import { createLonghaulClient } from '../../../client/longhaul-client.ts';
import type { LonghaulClient } from '../../../client/longhaul-client.ts';
import { defaultServerYaml } from '../../../config/default-server.ts';
import { loadServerConfig } from '../../../config/load-server.ts';
import type { ServerConfig } from '../../../config/server-config.ts';
import { homePaths } from '../../../local/home.ts';
import type { HomePaths } from '../../../local/home.ts';
import { freePort } from '../../../local/supervisor/ports.ts';
import type { ProcessIdentity } from '../../../local/supervisor/process-identity.ts';
import { readObserved } from '../../../local/supervisor/state-files.ts';
import { longhaul, refuseStaleBuild } from './longhaul-command.ts';
import type { Typed } from './longhaul-command.ts';
import { endByForce } from './processes.ts';
import { makeRepository } from './repository.ts';
import type { FixtureRepository } from './repository.ts';

export const project = 'longhaul/counting';
export const model = 'counting';

/** Everything of one machine, as real processes, with a home and ports of its own. */
export interface Stack {
  readonly home: HomePaths;
  readonly config: ServerConfig;
  readonly repository: FixtureRepository;
  readonly client: LonghaulClient;
  /** The front door of production. */
  readonly production: string;
  /** The epochs that trainings began, in the order that they did, from outside of all that Longhaul keeps. */
  effects(run: string): Promise<readonly { readonly epoch: number; readonly pid: number }[]>;
  type(...args: readonly string[]): Promise<Typed>;
  /** `longhaul up`. @throws Error with what it told when it does not exit with 0 */
  up(): Promise<void>;
  /** Every process that the home's files name, whether it runs or not. */
  processes(): Promise<readonly ProcessIdentity[]>;
  /** Ends everything, by `longhaul down` and then by force, and removes the home. */
  remove(): Promise<void>;
}

export async function startWholeStack(): Promise<Stack> {
  await refuseStaleBuild();
  const home = homePaths(await mkdtemp(join(tmpdir(), 'longhaul-e2e-')));
  const effectsFile = join(home.root, 'effects.jsonl');
  const repository = await makeRepository(home.root, effectsFile);
  await writeServerFile(home.serverConfig, { [project]: repository.url });
  const config = loadServerConfig(home.serverConfig);
  const type = (...args: readonly string[]): Promise<Typed> => longhaul(args, { home: home.root });
  const up = async (): Promise<void> => {
    const { code, stdout, stderr } = await type('up');
    if (code !== 0) throw new Error(`longhaul up ended with ${code}:\n${stdout}${stderr}`);
  };
  const remove = async (): Promise<void> => {
    await type('down');
    await endByForce(await processesOf(home));
    await rm(home.root, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    await up();
    const { address, namespace } = config.temporal;
    const connection = await connectToTemporal({ address, namespace, options: { address } });
    const client = new Client({ connection, namespace });
    return {
      ...{ home, config, repository, type, up },
      client: createLonghaulClient({ client, store: createArtifactStore({ home }) }),
      production: `http://127.0.0.1:${productionPort(config)}`,
      effects: async (run) =>
        (await readFile(effectsFile, 'utf8'))
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as { run: string; epoch: number; pid: number })
          .filter((effect) => effect.run === run),
      processes: () => processesOf(home),
      remove: async () => {
        await connection.close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

const productionPort = ({ environments }: ServerConfig): number => {
  const { production } = environments;
  return production?.target === 'local' ? production.port : 0;
};

/** An operator's file on ports that are free now. */
export async function writeServerFile(
  file: string,
  projects: Readonly<Record<string, string>> = {},
): Promise<void> {
  const taken = new Set<number>();
  const free = async (): Promise<number> => {
    const port = await freePort(taken);
    taken.add(port);
    return port;
  };
  const yaml = defaultServerYaml({
    projects,
    ports: {
      temporal: await free(),
      temporalUi: await free(),
      mlflow: await free(),
      prometheus: await free(),
      envoyAdmin: await free(),
    },
    stagingPort: await free(),
    productionPort: await free(),
  });
  await writeFile(file, yaml);
}

export async function processesOf(home: HomePaths): Promise<readonly ProcessIdentity[]> {
  const { supervisor, processes } = await readObserved(home);
  const servers = processes.map(({ process }) => process);
  return [supervisor, ...servers, ...(await runningWorkers(home))].filter((one) => one !== null);
}
