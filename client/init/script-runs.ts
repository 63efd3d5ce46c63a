import type { RepositoryView } from './repository-view.ts';

/** How a script is run in CI, and what keeps that from being known. */
export interface ScriptRun {
  readonly line: string;
  /** Why it cannot be known how to run it; absent when it can. */
  readonly unknown?: string;
}

/** Options that make a training short, with what to give them. */
const shortening: readonly (readonly [string, string])[] = [
  ['--fast-dev-run', ''],
  ['--fast_dev_run', ''],
  ['--smoke-test', ''],
  ['--max-epochs', ' 1'],
  ['--max_epochs', ' 1'],
  ['--num-epochs', ' 1'],
  ['--num_epochs', ' 1'],
  ['--n-epochs', ' 1'],
  ['--n_epochs', ' 1'],
  ['--epochs', ' 1'],
  ['--max-steps', ' 10'],
  ['--max_steps', ' 10'],
  ['--max-iter', ' 10'],
  ['--max_iter', ' 10'],
];

/** Reads a script for its options and its data. @param tracked paths that DVC has, which a step can pull */
export function scriptRun(view: RepositoryView, path: string, tracked: readonly string[]): ScriptRun {
  const text = view.read(path) ?? '';
  const isModule = /^\s*from \.+\w* import|^\s*from \.+ import/m.test(text);
  const module = path
    .replace(/\.py$/, '')
    .replaceAll('/', '.')
    .replace(/^src\.(?=\w+\.)/, '');
  const program = isModule ? `python -m ${module}` : `python ${path}`;
  const [option, value] = shortening.find(
    ([name]) => text.includes(`"${name}"`) || text.includes(`'${name}'`),
  ) ?? ['', ''];
  const line = option === '' ? program : `${program} ${option}${isSwitch(text, option) ? '' : value}`;
  const unknown = whyUnknown(view, text, tracked);
  return { line, ...(unknown === undefined ? {} : { unknown }) };
}

const isSwitch = (text: string, option: string): boolean =>
  new RegExp(`add_argument\\([^)]*["']${option}["'][^)]*store_true`).test(text);

function whyUnknown(view: RepositoryView, text: string, tracked: readonly string[]): string | undefined {
  if (/add_argument\(\s*["'][^-"']/.test(text) || /@click\.argument/.test(text))
    return 'it asks for arguments';
  if (/add_argument\([^)]*required\s*=\s*True|@click\.option\([^)]*required\s*=\s*True/.test(text))
    return 'it has options that it requires';
  if (/sys\.argv\[\d/.test(text)) return 'it reads its arguments itself';
  if (/^\s*(?:import|from) (?:typer|fire|hydra|tyro|jsonargparse)\b/m.test(text))
    return 'its options are those of a library';
  const missing = dataNamedIn(text).find(
    (data) => !isThere(view, data) && !tracked.some((path) => data === path || data.startsWith(`${path}/`)),
  );
  return missing === undefined ? undefined : `its data, ${missing}, is not in the repository`;
}

const isThere = ({ files }: RepositoryView, path: string): boolean =>
  files.some((file) => file === path || file.endsWith(`/${path}`));

/** Literal paths of data files in a script, but not what it says that it writes. */
function dataNamedIn(text: string): readonly string[] {
  const reads = [
    ...text.matchAll(
      /(?:read_\w+|open|load|loadtxt|genfromtxt)\(\s*f?["']([\w./-]+\.(?:csv|tsv|parquet|feather|json|jsonl|xlsx?|npy|npz|pkl|h5|txt))["']/g,
    ),
  ];
  return reads.map(([, path = '']) => path.replace(/^(\.\/)+/, ''));
}
