import { execFile } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import { repositoryRoot } from '../../../local/tools.ts';

const execute = promisify(execFile);

/** What a commit of the fixture project asks for in production. */
export interface Pace {
  readonly epochSeconds: number;
  /** The whole canary; its two weights, 25 and 50, get half of it each. */
  readonly canary: string;
}

export const quick: Pace = { epochSeconds: 0.05, canary: '8s' };

/** The fixture project as a team has it: a folder to work in, and a bare repository to push to. */
export interface FixtureRepository {
  readonly url: string;
  /** Commits and pushes the project at this pace; resolves to the full hash. */
  commit(pace: Pace): Promise<string>;
}

/** Makes both in `folder`. The trainings tell their epochs in the file `effects`. */
export async function makeRepository(folder: string, effects: string): Promise<FixtureRepository> {
  const clone = join(folder, 'project');
  const bare = join(folder, 'project.git');
  await mkdir(clone, { recursive: true });
  const git = async (...args: readonly string[]): Promise<string> => {
    const author = ['-c', 'user.name=A Team', '-c', 'user.email=team@counting.example'];
    return (await execute('git', [...author, ...args], { cwd: clone })).stdout.trim();
  };
  await cp(join(import.meta.dirname, '..', 'project'), clone, { recursive: true });
  // The sample project's lock file: its packages are on the machine already.
  const lock = join(repositoryRoot(), 'examples', 'flights', 'requirements.txt');
  await cp(lock, join(clone, 'requirements.txt'));
  await git('init', '--quiet', '--initial-branch=main');
  await git('init', '--quiet', '--bare', '--initial-branch=main', bare);
  await git('remote', 'add', 'origin', bare);
  let commits = 0;
  return {
    url: pathToFileURL(bare).href,
    commit: async (pace) => {
      await writeFile(join(clone, 'environments', 'production.yaml'), stringify(production(pace, effects)));
      await git('add', '--all');
      await git('commit', '--quiet', '--allow-empty', '--message', `Change ${++commits}`);
      await git('push', '--quiet', 'origin', 'main');
      return git('rev-parse', 'HEAD');
    },
  };
}

const production = ({ epochSeconds, canary }: Pace, effects: string): object => {
  const watch = { interval: '1s', minimumRequests: 10, maxExtension: '60s' };
  return {
    training: { epochs: 8, epoch_seconds: epochSeconds, effects },
    deployment: { replicas: 2 },
    release: {
      canary: { weights: [25, 50, 100], duration: canary, ...watch },
      stabilization: { duration: '3s', ...watch },
    },
  };
};
