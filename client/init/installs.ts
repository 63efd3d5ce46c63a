import type { KnownWork } from './known-commands.ts';

/** What the project's automation installs before it runs something. */
export interface Installs {
  /** Where it was found; empty when nothing installs anything. */
  readonly from: readonly string[];
  /** Whether it installs the project itself. */
  readonly self: boolean;
  readonly requirementFiles: readonly string[];
  readonly extras: readonly string[];
  readonly groups: readonly string[];
  readonly allExtras: boolean;
  readonly allGroups: boolean;
  /** Whether the groups that the tool installs by default are wanted. */
  readonly defaultGroups: boolean;
  /** Packages named on the command line: `pip install pytest`. */
  readonly packages: readonly string[];
}

/** All that is installed in the jobs that `jobs` names (those that run a step's tool). */
export function installsOf({ commands }: KnownWork, jobs: readonly string[]): Installs {
  let found: Installs = none;
  for (const { words, from, job } of commands) {
    if (!jobs.includes(job)) continue;
    const installs = readInstall(words);
    if (installs !== null) found = merge(found, { ...installs, from: [from] });
  }
  return found;
}

const none: Installs = {
  from: [],
  self: false,
  requirementFiles: [],
  extras: [],
  groups: [],
  allExtras: false,
  allGroups: false,
  defaultGroups: false,
  packages: [],
};

function merge(a: Installs, b: Installs): Installs {
  const both = (key: 'from' | 'requirementFiles' | 'extras' | 'groups' | 'packages'): readonly string[] => [
    ...new Set([...a[key], ...b[key]]),
  ];
  return {
    from: both('from'),
    self: a.self || b.self,
    requirementFiles: both('requirementFiles'),
    extras: both('extras'),
    groups: both('groups'),
    packages: both('packages'),
    allExtras: a.allExtras || b.allExtras,
    allGroups: a.allGroups || b.allGroups,
    defaultGroups: a.defaultGroups || b.defaultGroups,
  };
}

function readInstall(words: readonly string[]): Installs | null {
  const [program, verb, ...rest] = words;
  if (program === 'pip' && (verb === 'install' || verb === 'sync')) return readPip(rest);
  if (program === 'uv' && verb === 'sync')
    return { ...none, self: !rest.includes('--no-install-project'), ...readGroups(rest) };
  if (program === 'poetry' && (verb === 'install' || verb === 'sync')) {
    return { ...none, self: !rest.includes('--no-root'), ...readGroups(rest) };
  }
  if (program === 'python' && verb === 'setup.py' && /^(install|develop)$/.test(rest[0] ?? ''))
    return { ...none, self: true };
  if (program === 'pdm' && verb === 'install')
    return { ...none, self: true, defaultGroups: true, ...readGroups(rest) };
  return null;
}

function readPip(words: readonly string[]): Installs {
  const requirementFiles: string[] = [];
  const packages: string[] = [];
  const extras: string[] = [];
  let self = false;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const own = /^\.(?:\/)?(?:\[([^\]]*)\])?$/.exec(word);
    if (word === '-r' || word === '--requirement')
      requirementFiles.push((words[(index += 1)] ?? '').replace(/^\.\//, ''));
    else if (/^-r./.test(word)) requirementFiles.push(word.slice(2).replace(/^\.\//, ''));
    else if (/^--(requirement)=/.test(word)) requirementFiles.push(word.replace(/^.*?=/, ''));
    else if (own !== null) {
      self = true;
      extras.push(
        ...(own[1] ?? '')
          .split(',')
          .map((extra) => extra.trim())
          .filter((extra) => extra !== ''),
      );
    } else if (withValue.has(word)) index += 1;
    else if (/^[A-Za-z]/.test(word) && !/[/$]/.test(word) && !isTooling(word)) packages.push(word);
  }
  return { ...none, self, requirementFiles, packages, extras };
}

const withValue: ReadonlySet<string> = new Set([
  '-c',
  '--constraint',
  '-i',
  '--index-url',
  '--extra-index-url',
  '-f',
  '--find-links',
  '--python',
  '-t',
  '--target',
]);

/** Packages that install others, or tell a service: not what a step needs. */
const isTooling = (requirement: string): boolean =>
  /^(pip|setuptools|wheel|build|twine|poetry|uv|tox|tox-\w+|nox|pre-commit|virtualenv|pipenv|codecov|coveralls|hatch|pdm|cibuildwheel|pip-tools)(?![\w-])/i.test(
    requirement,
  );

function readGroups(words: readonly string[]): Partial<Installs> {
  const given = (...names: readonly string[]): readonly string[] =>
    words.flatMap((word, index) => {
      const [name = '', value] = word.split('=', 2);
      if (!names.includes(name)) return [];
      return (value ?? words[index + 1] ?? '').split(/[,\s]+/).filter((each) => each !== '');
    });
  const only = given('--only-group', '--only');
  return {
    extras: given('--extra', '--extras', '-E'),
    groups: [...given('--group', '-G', '--with'), ...only],
    allExtras: words.includes('--all-extras'),
    allGroups: words.includes('--all-groups'),
    defaultGroups: only.length === 0 && !words.includes('--no-dev') && !words.includes('--no-default-groups'),
  };
}
