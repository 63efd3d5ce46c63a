import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { formatBytes } from '../../core/numbers.ts';
import { checkOf, ok, problem, warning } from './finding.ts';
import type { Check, Found } from './finding.ts';

const execute = promisify(execFile);
const gibibyte = 1024 ** 3;

/** What the machine itself has. `home` is LONGHAUL_HOME. */
export const machineChecks = (home: string): readonly Check[] => [
  checkOf('machine', 'Node', nodeVersion),
  checkOf('machine', 'git', gitVersion),
  checkOf('machine', 'cores', () => {
    const cores = availableParallelism();
    return cores >= 2
      ? ok(String(cores))
      : warning(String(cores), 'Expect steps to take turns: one core runs one.');
  }),
  checkOf('machine', 'memory', () => judgeMemory(totalmem(), freemem())),
  checkOf('machine', 'disk', () => diskSpace(home)),
  checkOf('machine', 'open files', openFiles),
];

const leastNode = 24;

function nodeVersion(): Found {
  const { version } = process;
  if (Number.parseInt(version.slice(1), 10) >= leastNode) return ok(version);
  return problem(`${version}, which is older than ${leastNode}`, 'Run: npm run setup');
}

async function gitVersion(): Promise<Found> {
  const { stdout } = await execute('git', ['--version'], { timeout: 5_000 }).catch(() => ({ stdout: '' }));
  return judgeGit(stdout);
}

/** Worktrees of bare mirrors and fetching by hash work from 2.25 on. */
export function judgeGit(said: string): Found {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(said) ?? [];
  const mend = 'Install git 2.25 or newer, such as with: apt-get install git';
  if (major === undefined) return problem('is not installed', mend);
  const old = Number(major) < 2 || (Number(major) === 2 && Number(minor) < 25);
  return old ? problem(`${said.trim()} is too old`, mend) : ok(said.trim().replace('git version ', ''));
}

export function judgeMemory(total: number, free: number): Found {
  const said = `${formatBytes(free)} free of ${formatBytes(total)}`;
  if (free >= 1.5 * gibibyte) return ok(said);
  return warning(
    said,
    'The local stack needs about 1.5 GiB beside your steps; end something, or expect it to be slow.',
  );
}

async function diskSpace(home: string): Promise<Found> {
  const folder = nearestThere(home);
  const { bavail, bsize } = await statfs(folder);
  return judgeDisk(bavail * bsize, folder);
}

export function judgeDisk(free: number, folder: string): Found {
  const said = `${formatBytes(free)} free in ${folder}`;
  const mend =
    'Make room, see what caches take with `longhaul cache`, or move LONGHAUL_HOME to a larger disk.';
  if (free < gibibyte) return problem(said, mend);
  return free < 10 * gibibyte ? warning(said, mend) : ok(said);
}

function openFiles(): Found {
  const { userLimits } = process.report.getReport() as {
    readonly userLimits?: { readonly open_files?: { readonly soft?: number | string } };
  };
  return judgeOpenFiles(userLimits?.open_files?.soft);
}

export function judgeOpenFiles(limit: number | string | undefined): Found {
  if (typeof limit !== 'number') return ok('no limit');
  const said = `at most ${limit} a process`;
  return limit < 1_024 ? warning(said, 'Raise it before `longhaul up`: ulimit -n 4096') : ok(said);
}

/** The folder, or the nearest above it that exists. */
function nearestThere(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestThere(dirname(folder));
}
