import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defaultServerYaml } from '../../config/default-server.ts';
import type { LocalServer } from '../../config/default-server.ts';
import { freePort } from '../../local/supervisor/ports.ts';
import { repositoryRoot } from '../../local/tools.ts';

/** Where a recording plays: a fresh clone of an example that does not know Longhaul yet, and a stack of its own. */
export interface Stage {
  readonly repository: string;
  readonly env: Readonly<Record<string, string>>;
  /** Types a command of Longhaul that is not recorded. */
  readonly longhaul: (...args: readonly string[]) => void;
  readonly clear: () => void;
}

/**
 * @param folder a person's home, as it comes to be seen; it is made for the recording, and removed after it
 * @throws Error when the folder is there already, or cannot be made
 */
export async function setStage(example: string, folder: string): Promise<Stage> {
  mkdirSync(folder);
  const repository = join(folder, example);
  const home = join(folder, '.longhaul');
  const bin = join(folder, 'bin');
  copyExample(example, repository);
  mkdirSync(home);
  mkdirSync(bin);
  writeFileSync(
    join(bin, 'longhaul'),
    `#!/bin/sh\nexec node '${join(repositoryRoot(), 'bin', 'longhaul.mjs')}' "$@"\n`,
  );
  chmodSync(join(bin, 'longhaul'), 0o755);
  writeFileSync(join(home, 'longhaul.server.yaml'), defaultServerYaml(await freePorts()));
  const env = {
    LONGHAUL_HOME: home,
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    GIT_CONFIG_GLOBAL: '/dev/null',
    LC_ALL: 'C.UTF-8',
  };
  return {
    repository,
    env,
    longhaul: (...args) => {
      execFileSync(join(bin, 'longhaul'), args, {
        cwd: repository,
        env: { ...process.env, ...env },
        stdio: 'inherit',
      });
    },
    clear: () => {
      rmSync(folder, { recursive: true });
    },
  };
}

/** Only what git tracks, without its longhaul.yaml, as one commit. */
function copyExample(example: string, to: string): void {
  const root = repositoryRoot();
  const git = (cwd: string, ...args: readonly string[]): string =>
    execFileSync('git', args, { cwd, encoding: 'utf8' });
  for (const file of git(root, 'ls-files', '--', `examples/${example}`).trim().split('\n')) {
    const target = join(to, file.slice(`examples/${example}/`.length));
    if (file.endsWith('/longhaul.yaml')) continue;
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(root, file), target);
  }
  const person = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org'];
  git(to, 'init', '--quiet', '--initial-branch=main');
  git(to, 'remote', 'add', 'origin', `https://git.example.org/ann/${example}.git`);
  git(to, 'add', '--all');
  git(to, ...person, 'commit', '--quiet', '--message', 'A model of wine');
}

async function freePorts(): Promise<Pick<LocalServer, 'ports' | 'stagingPort' | 'productionPort'>> {
  const taken = new Set<number>();
  const free = async (): Promise<number> => {
    const port = await freePort(taken);
    taken.add(port);
    return port;
  };
  const ports = {
    temporal: await free(),
    temporalUi: await free(),
    mlflow: await free(),
    prometheus: await free(),
    envoyAdmin: await free(),
  };
  return { ports, stagingPort: await free(), productionPort: await free() };
}
