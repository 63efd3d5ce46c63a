import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toolEnvironment } from '../activities/workspace/tool-environment.ts';
import { startStack, stopStack } from '../client/cli/start-stack.ts';
import { formatProblems } from '../config/format-problems.ts';
import { loadProject } from '../config/load-project.ts';
import type { CiPlan } from '../core/ci.ts';
import { homePaths } from '../local/home.ts';
import { findTools, repositoryRoot } from '../local/tools.ts';
import { makeRepository } from '../scripts/demo/repository.ts';
import type { DemoRepository } from '../scripts/demo/repository.ts';
import { run } from '../scripts/demo/run.ts';
import { writeServerFile } from '../scripts/demo/server-file.ts';
import { rawScript } from './ci/raw-script.ts';
import { secondsOf } from './ci/timed.ts';
import { chance } from './chance.ts';
import { figureOf } from './figure.ts';
import type { BenchOptions, Figure } from './figure.ts';

interface Bench {
  readonly folder: string;
  readonly repository: DemoRepository;
  readonly commit: string;
  readonly plan: CiPlan;
  /** What both sides' uv gets, above all a cache in which all packages are. */
  readonly uvEnv: Readonly<Record<string, string>>;
  readonly interrupted: AbortSignal;
}

/** Seconds. */
interface LonghaulRuns {
  readonly cold: number;
  readonly again: number;
}

/**
 * A CI run of examples/flights, `longhaul ci run` beside a script of the same commands. In each round both begin with
 * nothing of the project on the machine but the packages in uv's cache: Longhaul with a new home and its servers up,
 * the script in an empty folder with no servers beside it. Chance says which of them is first. Then Longhaul runs the
 * same commit once more.
 */
export async function benchCi(
  options: BenchOptions,
  tell: (line: string) => void,
  interrupted: AbortSignal,
): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-bench-'));
  try {
    const bench = await prepare(folder, tell, interrupted);
    const longhaul: LonghaulRuns[] = [];
    const script: number[] = [];
    const sides = [
      async (round: number) => {
        longhaul.push(await runByLonghaul(bench, round, tell));
      },
      async (round: number) => {
        script.push(await runByScript(bench, round, tell));
      },
    ];
    for (let round = 1; round <= options.runs; round++) {
      const order = chance(options.seed, round) ? sides : sides.toReversed();
      for (const side of order) await side(round);
    }
    return figuresOf(options, longhaul, script);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

const figuresOf = (options: BenchOptions, longhaul: readonly LonghaulRuns[], script: readonly number[]) => {
  const cold = longhaul.map((run) => run.cold);
  const again = longhaul.map((run) => run.again);
  const subject = 'longhaul ci run, with nothing of the project on the machine';
  return [
    figureOf(
      { figure: 'cold CI run', subject, peer: 'the same commands in a bash script', unit: 's' },
      options,
      cold,
      script,
    ),
    figureOf(
      {
        figure: 'second CI run of the commit',
        subject: 'longhaul ci run, once more',
        peer: subject,
        unit: 's',
      },
      options,
      again,
      cold,
    ),
  ];
};

/** The sample project with its data, and uv's cache filled by an environment that nobody uses. */
async function prepare(
  folder: string,
  tell: (line: string) => void,
  interrupted: AbortSignal,
): Promise<Bench> {
  const repository = await makeRepository(folder, tell);
  const { uv } = findTools();
  const cache = await run(uv, ['cache', 'dir'], { cwd: folder });
  const uvEnv = { UV_CACHE_DIR: cache };
  tell(`all packages into uv's cache, ${cache}`);
  const unused = join(folder, 'unused');
  await run(uv, ['venv', '--quiet', unused], { cwd: folder, env: uvEnv });
  const requirements = join(repository.clone, 'requirements-dev.txt');
  const install = ['pip', 'install', '--quiet', '--python', join(unused, 'bin', 'python'), '--requirement'];
  await run(uv, [...install, requirements], { cwd: folder, env: uvEnv });
  rmSync(unused, { recursive: true });
  return {
    ...{ folder, repository, uvEnv, interrupted },
    commit: await repository.head(),
    plan: planOf(repository),
  };
}

function planOf({ clone }: DemoRepository): CiPlan {
  const files = (path: string): string | null => {
    try {
      return readFileSync(join(clone, path), 'utf8');
    } catch {
      return null;
    }
  };
  const loaded = loadProject({ files });
  if (loaded.ok) return loaded.ciPlan;
  throw new Error(formatProblems(loaded.problems));
}

async function runByScript(bench: Bench, round: number, tell: (line: string) => void): Promise<number> {
  const folder = join(bench.folder, `script-${round}`);
  mkdirSync(folder);
  const { plan, commit, repository, interrupted, uvEnv } = bench;
  const script = join(bench.folder, 'ci.sh');
  writeFileSync(script, rawScript({ plan, commit, url: repository.url, uv: findTools().uv }));
  tell(`round ${round}: the script`);
  const env = { ...toolEnvironment(['UV_', 'NETRC', 'GIT_']), ...uvEnv };
  const seconds = await secondsOf(['bash', script], { folder, env, interrupted });
  rmSync(folder, { recursive: true, force: true });
  tell(`round ${round}: the script took ${seconds.toFixed(1)} s`);
  return seconds;
}

async function runByLonghaul(
  bench: Bench,
  round: number,
  tell: (line: string) => void,
): Promise<LonghaulRuns> {
  const { commit, repository, interrupted, uvEnv } = bench;
  const home = homePaths(join(bench.folder, `home-${round}`));
  await writeServerFile(home, repository.url);
  tell(`round ${round}: longhaul up`);
  // The workers have their environment from this process.
  Object.assign(process.env, uvEnv);
  try {
    await startStack(home, home.serverConfig, () => undefined);
    const ciRun = (): Promise<number> =>
      secondsOf(
        [
          process.execPath,
          join(repositoryRoot(), 'bin', 'longhaul.mjs'),
          ...['ci', 'run', '--project', 'longhaul/flights', '--commit', commit],
        ],
        { folder: repository.clone, env: { ...process.env, LONGHAUL_HOME: home.root }, interrupted },
      );
    tell(`round ${round}: longhaul ci run`);
    const cold = await ciRun();
    tell(`round ${round}: longhaul ci run took ${cold.toFixed(1)} s`);
    const again = await ciRun();
    tell(`round ${round}: once more, it took ${again.toFixed(1)} s`);
    return { cold, again };
  } finally {
    await stopStack(home);
    rmSync(home.root, { recursive: true, force: true, maxRetries: 3 });
  }
}
