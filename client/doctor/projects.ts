import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ServerConfig } from '../../config/server-config.ts';
import { checkOf, ok, problem, warning } from './finding.ts';
import type { Check, Found } from './finding.ts';

const execute = promisify(execFile);

/** Each repository that the operator's file serves can be read. */
export const projectChecks = ({ projects }: ServerConfig): readonly Check[] => {
  const entries = Object.entries(projects);
  if (entries.length > 0) {
    return entries.map(([name, { url }]) => checkOf('projects', name, () => repositoryFound(url)));
  }
  const none = warning('none is served yet', 'In a repository, type: longhaul init');
  return [checkOf('projects', 'projects', () => none)];
};

async function repositoryFound(url: string): Promise<Found> {
  try {
    const { stdout } = await execute('git', ['ls-remote', '--heads', '--', url], {
      timeout: 10_000,
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_SSH_COMMAND: 'ssh -o BatchMode=yes', LC_ALL: 'C' },
    });
    const branches = stdout.split('\n').filter((line) => line !== '').length;
    if (branches > 0) return ok(`${url} has ${branches} ${branches === 1 ? 'branch' : 'branches'}`);
    return warning(`${url} has no branch`, 'Push a first commit to it.');
  } catch (error) {
    return problem(`${url} cannot be read (${lastLineOf(error)})`, `Try it by hand: git ls-remote ${url}`);
  }
}

const lastLineOf = (error: unknown): string => {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  return said.split('\n').at(-1) ?? '';
};
