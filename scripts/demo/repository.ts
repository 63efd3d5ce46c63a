import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findTools, repositoryRoot } from '../../local/tools.ts';
import { run } from './run.ts';

/** The sample project as a team would have it: a clone to work in, a bare repository to push to, a DVC remote. */
export interface DemoRepository {
  readonly clone: string;
  readonly url: string;
  /** Flights of October as requests, one JSON line each: `{"flight": …, "late": 0 | 1}`. */
  readonly requests: string;
  /** Applies a change of `examples/flights/demo`, commits and pushes it; resolves to the commit. */
  change(patch: string): Promise<string>;
  /** The commit of main. */
  head(): Promise<string>;
}

const author = {
  GIT_AUTHOR_NAME: 'Flights team',
  GIT_AUTHOR_EMAIL: 'team@flights.example',
  GIT_COMMITTER_NAME: 'Flights team',
  GIT_COMMITTER_EMAIL: 'team@flights.example',
};

/** Makes the repository, its real data, and pushes both. `tell` hears each step. */
export async function makeRepository(folder: string, tell: (line: string) => void): Promise<DemoRepository> {
  const clone = join(folder, 'flights');
  const bare = join(folder, 'flights.git');
  const requests = join(folder, 'requests.jsonl');
  const bin = join(findTools().flightsPython, 'bin');
  const env = {
    ...author,
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    PYTHONPATH: 'src',
    PYTHONHASHSEED: '42',
  };
  const here = (program: string, ...args: readonly string[]): Promise<string> =>
    run(program, args, { cwd: clone, env });

  tell('a git repository of examples/flights');
  await copySample(clone);
  await here('git', 'init', '--quiet', '--initial-branch=main');
  await here('dvc', 'remote', 'modify', 'storage', 'url', join(folder, 'dvc-storage'));
  tell('the flights of 2013, from their package; tracked by DVC and pushed to its remote');
  await here('python', 'scripts/make_data.py');
  await here('dvc', 'add', '--quiet', 'data/sample', 'data/full');
  await here('dvc', 'push', '--quiet');
  await here('python', 'scripts/export_requests.py', '--rows', '20000', '--out', requests);
  await here('git', 'add', '--all');
  await here('git', 'commit', '--quiet', '--message', 'Predict late arrivals at the gate');
  await run('git', ['clone', '--quiet', '--bare', clone, bare], { cwd: folder });
  await here('git', 'remote', 'add', 'origin', bare);

  const head = (): Promise<string> => here('git', 'rev-parse', 'HEAD');
  return {
    clone,
    url: `file://${bare}`,
    requests,
    head,
    change: async (patch) => {
      await here('git', 'am', '--quiet', join('demo', patch));
      await here('git', 'push', '--quiet', 'origin', 'main');
      return head();
    },
  };
}

/** Only what git tracks, where this is a checkout: no caches, no models left by hand. */
async function copySample(to: string): Promise<void> {
  const root = repositoryRoot();
  const listed = await run('git', ['ls-files', '--', 'examples/flights'], { cwd: root });
  for (const file of listed.split('\n')) {
    const target = join(to, file.slice('examples/flights/'.length));
    mkdirSync(join(target, '..'), { recursive: true });
    cpSync(join(root, file), target);
  }
}
