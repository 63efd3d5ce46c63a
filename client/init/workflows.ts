import type { KnownCommand, KnownJob } from './known-commands.ts';
import type { RepositoryView } from './repository-view.ts';
import { commandsOf } from './shell-words.ts';
import { isTable, listOf, readYamlTable, tableAt, textOf, textsOf, valueAt } from './structured-files.ts';
import type { Table } from './structured-files.ts';

export interface WorkflowJob extends KnownJob {
  readonly commands: readonly KnownCommand[];
}

/** Jobs of the GitHub workflows that run for pushes and pull requests. */
export function workflowJobs({ files, read }: RepositoryView): readonly WorkflowJob[] {
  return files
    .filter((path) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path))
    .map((from) => ({ from, workflow: readYamlTable(read(from)) }))
    .filter(({ workflow }) => triggersOf(workflow).some((name) => forChanges.has(name)))
    .toSorted((a, b) => Number(isTimed(a.workflow)) - Number(isTimed(b.workflow)))
    .flatMap(({ from, workflow }) => {
      return Object.entries(tableAt(workflow, 'jobs'))
        .filter((entry): entry is [string, Table] => isTable(entry[1]))
        .map(([name, job]) => readJob(name, job, workflow, from));
    });
}

const forChanges: ReadonlySet<string> = new Set([
  'push',
  'pull_request',
  'pull_request_target',
  'merge_group',
]);

const triggersOf = ({ on }: Table): readonly string[] => (isTable(on) ? Object.keys(on) : textsOf(on));

/** A workflow that also runs by the clock looks at more than a change. */
const isTimed = (workflow: Table): boolean => triggersOf(workflow).includes('schedule');

function readJob(name: string, job: Table, workflow: Table, from: string): WorkflowJob {
  const steps = listOf(job['steps']).filter(isTable);
  const env = { ...variablesOf(workflow['env']), ...variablesOf(job['env']), ...exported(steps) };
  const minutes = Number(job['timeout-minutes']);
  const id = `${from} ${name}`;
  return {
    name: id,
    from,
    env,
    ...(Number.isFinite(minutes) ? { minutes } : {}),
    pythons: pythonsOf(job, steps),
    actions: steps
      .filter(({ uses }) => typeof uses === 'string')
      .map((step) => ({ uses: textOf(step['uses']), with: variablesOf(step['with']) })),
    commands: steps
      .filter((step) => atRoot(step, job))
      .flatMap((step) =>
        commandsOf(typeof step['run'] === 'string' ? step['run'] : '').map((command) => ({
          env: { ...env, ...variablesOf(step['env']), ...command.env },
          words: command.words,
          from,
          job: id,
        })),
      ),
  };
}

/** What runs in another folder of the repository is not what this file's steps would run. */
function atRoot(step: Table, job: Table): boolean {
  const folder = step['working-directory'] ?? valueAt(job, 'defaults', 'run', 'working-directory') ?? '.';
  return typeof folder === 'string' && /^\.?\/?$/.test(folder);
}

/** Plain values: what GitHub computes (`${{ … }}`) and what only it has is left out. */
function variablesOf(value: unknown): Readonly<Record<string, string>> {
  if (!isTable(value)) return {};
  const entries = Object.entries(value)
    .filter(([, given]) => ['string', 'number', 'boolean'].includes(typeof given))
    .map(([key, given]): [string, string] => [key, String(given)])
    .filter(([, text]) => !text.includes('${{') && !text.includes('\n'));
  return Object.fromEntries(entries);
}

/** `echo "MPLBACKEND=Agg" >> $GITHUB_ENV` is how a step sets a variable for those after it. */
function exported(steps: readonly Table[]): Readonly<Record<string, string>> {
  const lines = steps.flatMap(({ run }) => (typeof run === 'string' ? run.split('\n') : []));
  const entries = lines.flatMap((line) => {
    const [, name, value] =
      /^\s*echo\s+["']?(\w+)=([^"'$\s]*)["']?\s*>>\s*"?\$\{?GITHUB_ENV/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(entries);
}

/** Versions for `actions/setup-python` and the like, written or by the matrix. */
function pythonsOf(job: Table, steps: readonly Table[]): readonly string[] {
  const matrix = tableAt(job, 'strategy', 'matrix');
  const written = steps
    .filter((step) => /setup-(python|uv|miniconda)|python-setup/.test(textOf(step['uses'])))
    .map((step) => valueAt(step, 'with', 'python-version'))
    .flatMap((value) => (Array.isArray(value) ? listOf(value) : textOf(value).split('\n')));
  const versions = written.flatMap((value) => {
    const [, key] = /^\$\{\{\s*matrix\.([\w-]+)\s*\}\}$/.exec(textOf(value)) ?? [];
    if (key === undefined) return [value];
    const included = listOf(matrix['include']).filter(isTable);
    return [...listOf(matrix[key]), ...included.map((each) => each[key])];
  });
  return [...new Set(versions.map(textOf).flatMap((version) => /^\d+\.\d+/.exec(version)?.[0] ?? []))];
}
