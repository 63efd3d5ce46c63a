import type { KnownWork } from './known-commands.ts';
import type { RepositoryView } from './repository-view.ts';
import { isTable, listOf, readYamlTable, textOf, textsOf } from './structured-files.ts';
import type { Table } from './structured-files.ts';

/** A hook of `.pre-commit-config.yaml` that checks Python. */
export interface PreCommitHook {
  readonly tool: string;
  readonly words: readonly string[];
  readonly version?: string;
  readonly from: string;
  /** Whether the project's automation runs it over all files, and it can be run without pre-commit. */
  readonly everywhere: boolean;
}

const file = '.pre-commit-config.yaml';

/** Hooks as commands over the whole repository; those of a hook's own choice of files cannot be said so. */
export function preCommitHooks(
  view: RepositoryView,
  { commands, jobs }: KnownWork,
): readonly PreCommitHook[] {
  const config = readYamlTable(view.read(file));
  const overAll =
    commands.some(
      ({ words }) =>
        words[0] === 'pre-commit' && words.some((word) => word === '--all-files' || word === '-a'),
    ) ||
    jobs.some(({ actions }) => actions.some(({ uses }) => uses.startsWith('pre-commit/action@'))) ||
    'ci' in config;
  const repositories = listOf(config['repos']).filter(isTable);
  return repositories.flatMap((repository) =>
    listOf(repository['hooks'])
      .filter(isTable)
      .flatMap((hook) => {
        const read = commandOf(textOf(hook['id']), textsOf(hook['args']));
        if (read === undefined) return [];
        const [tool = ''] = read;
        const version = /^v?(\d+(?:\.\d+)+)/.exec(textOf(repository['rev']))?.[1];
        const choosesFiles = [config, hook].some((each) => 'exclude' in each || 'files' in each);
        return [
          {
            tool,
            words: read,
            ...(version === undefined || !isOwnRepository(repository, tool) ? {} : { version }),
            from: file,
            everywhere: overAll && !choosesFiles && !manual(hook),
          },
        ];
      }),
  );
}

/** A mirror of the tool counts as its own: its tags are the tool's versions. */
const isOwnRepository = (repository: Table, tool: string): boolean =>
  textOf(repository['repo']).toLowerCase().includes(tool);

const manual = (hook: Table): boolean => textsOf(hook['stages']).includes('manual');

function commandOf(id: string, args: readonly string[]): readonly string[] | undefined {
  const kept = args.filter((arg) => !/^--(fix|exit-non-zero-on-fix|show-fixes|unsafe-fixes)$/.test(arg));
  switch (id) {
    case 'ruff':
    case 'ruff-check':
      return ['ruff', 'check', ...kept, '.'];
    case 'ruff-format':
      return ['ruff', 'format', '--check', ...kept, '.'];
    case 'black':
      return ['black', '--check', ...kept, '.'];
    case 'isort':
      return ['isort', '--check-only', ...kept, '.'];
    case 'flake8':
      return ['flake8', ...kept];
    default:
      return undefined;
  }
}
