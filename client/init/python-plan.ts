import type { CondaFound } from './conda.ts';
import type { Installs } from './installs.ts';
import type { Packaging } from './packaging.ts';
import { chooseExtras, expandExtras } from './extras.ts';
import type { Chosen } from './extras.ts';
import { allIncluded, isLock, requirementFiles } from './requirement-files.ts';
import { packageName, readRequirements } from './requirement-names.ts';
import type { RepositoryView } from './repository-view.ts';

/** How the Python environment of the steps is made. */
export interface PythonPlan {
  readonly version?: string;
  readonly requirements: readonly string[];
  readonly extras: readonly string[];
  readonly groups: readonly string[];
  readonly install: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Lines of requirements-longhaul.txt: what the steps need and nothing of the above names. */
  readonly added: readonly string[];
  readonly why: readonly string[];
}

export interface PythonFacts {
  readonly view: RepositoryView;
  readonly packaging: Packaging;
  readonly installs: Installs;
  readonly conda: CondaFound | null;
  /** Packages that the steps' commands need. */
  readonly needed: readonly string[];
  /** Versions that the project is tested with, and those of this machine, its own first. */
  readonly tested: readonly string[];
  readonly here: readonly string[];
  /** Name for the requirements that the project lacks. */
  readonly ownFile: string;
}

/** The environment that the project's own automation makes, or what its files suggest; with all that the steps need. */
export function planPython(facts: PythonFacts): PythonPlan {
  const { packaging, installs, conda, ownFile } = facts;
  const files = requirementFiles(facts);
  const isWanted = isLock(packaging) || installs.self || files.length === 0;
  const base = packaging.source !== undefined && isWanted ? [packaging.source] : [];
  const usesProject = base.length > 0;
  const chosen = usesProject ? chooseExtras(facts) : { extras: [], groups: [] };
  const isBare = base.length + files.length === 0;
  const fromConda = isBare && conda !== null ? conda.requirements : [];
  const declared = declaredBy(facts, usesProject, files, chosen, fromConda);
  const { extras, groups, added } = addMissing(facts, usesProject, chosen, declared);
  const own = [...fromConda, ...added];
  const install = packaging.isPackage && (installs.self || installs.from.length === 0) ? ['.'] : [];
  const version = versionOf(facts);
  return {
    ...version,
    requirements: [...base, ...files, ...(own.length === 0 ? [] : [ownFile])],
    extras,
    groups,
    install,
    env: install.length > 0 ? {} : pythonPath(facts.view),
    added: own,
    why: whyOf(facts, { base, files, fromConda, added }),
  };
}

function declaredBy(
  { view, packaging }: PythonFacts,
  usesProject: boolean,
  files: readonly string[],
  chosen: Chosen,
  more: readonly string[],
): ReadonlySet<string> {
  const ofProject = usesProject
    ? [
        ...packaging.dependencies,
        ...chosen.extras.flatMap((name) => expandExtras(packaging, name)),
        ...chosen.groups.flatMap((name) => packaging.groups[name] ?? []),
      ]
    : [];
  const ofFiles = files
    .flatMap((file) => [file, ...allIncluded(view, file)])
    .flatMap((file) => readRequirements(view.read(file) ?? '').packages);
  return new Set([...ofFiles, ...[...ofProject, ...more].map(packageName).filter((name) => name !== null)]);
}

/**
 * Where each missing package comes from: as the automation installs it by name, else the smallest extra or group that
 * has it, else by its name alone.
 */
function addMissing(
  { packaging, installs, needed }: PythonFacts,
  usesProject: boolean,
  chosen: Chosen,
  declared: ReadonlySet<string>,
): Chosen & { readonly added: readonly string[] } {
  const extras = [...chosen.extras];
  const groups = [...chosen.groups];
  const added: string[] = [];
  const known = new Set([...declared, packageName(packaging.name ?? '') ?? '']);
  const add = (requirement: string): void => {
    const name = packageName(requirement);
    if (name === null || known.has(name)) return;
    const named = installs.packages.find((each) => packageName(each) === name);
    const home = named === undefined && usesProject ? homeOf(packaging, name) : undefined;
    if (home === undefined) {
      added.push(named ?? requirement);
      known.add(name);
      return;
    }
    (home.kind === 'extra' ? extras : groups).push(home.name);
    for (const each of home.requirements) known.add(packageName(each) ?? '');
  };
  const others = installs.packages.filter((each) => !isForDevelopers(each));
  for (const requirement of [...needed, ...others]) add(requirement);
  return { extras: [...new Set(extras)], groups: [...new Set(groups)], added };
}

/** Tools that a job installs beside what its commands need. */
const isForDevelopers = (requirement: string): boolean =>
  /^(flake8|black|isort|ruff|mypy|pylint|pycodestyle|pydocstyle|coverage|codespell|sphinx|mkdocs|jupyter\w*|ipython|ipykernel|notebook|nbconvert|bandit|safety)(?![\w])/i.test(
    requirement,
  );

interface Home {
  readonly kind: 'extra' | 'group';
  readonly name: string;
  readonly requirements: readonly string[];
}

function homeOf(packaging: Packaging, wanted: string): Home | undefined {
  const homes: readonly Home[] = [
    ...Object.keys(packaging.extras).map((name) => ({
      kind: 'extra' as const,
      name,
      requirements: expandExtras(packaging, name),
    })),
    ...Object.entries(packaging.groups).map(([name, requirements]) => ({
      kind: 'group' as const,
      name,
      requirements,
    })),
  ];
  return homes
    .filter(({ requirements }) => requirements.some((each) => packageName(each) === wanted))
    .toSorted((a, b) => a.requirements.length - b.requirements.length)[0];
}

/** Without an installed package the tests find the code by its folder. */
function pythonPath({ files }: RepositoryView): Readonly<Record<string, string>> {
  if (!files.some((path) => path.endsWith('.py'))) return {};
  return { PYTHONPATH: files.some((path) => /^src\/.+\.py$/.test(path)) ? '.:src' : '.' };
}

/** A version that the project is tested with and this machine has, its own if it may be. */
function versionOf({ tested, here, conda }: PythonFacts): { readonly version?: string } {
  const wanted = tested.length > 0 ? tested : conda?.python === undefined ? [] : [conda.python];
  const own = here[0];
  if (own !== undefined && wanted.includes(own)) return { version: own };
  const version = wanted.filter((each) => here.includes(each)).at(-1);
  return version === undefined ? {} : { version };
}

function whyOf(
  { installs, tested, here, conda, packaging, ownFile }: PythonFacts,
  {
    base,
    files,
    fromConda,
    added,
  }: {
    readonly base: readonly string[];
    readonly files: readonly string[];
    readonly fromConda: readonly string[];
    readonly added: readonly string[];
  },
): readonly string[] {
  const from = installs.from.length === 0 ? '' : `, as ${installs.from.join(' and ')} installs it`;
  const absent = tested.length > 0 && !tested.some((version) => here.includes(version));
  return [
    ...(base.length + files.length === 0 ? [] : [`From ${[...base, ...files].join(', ')}${from}.`]),
    ...(absent ? [`It is tested with Python ${tested.join(', ')}, which is not on this machine.`] : []),
    ...(conda !== null && fromConda.length > 0
      ? [
          `${conda.file} is a file of conda, which is not used: ${ownFile} names its packages for pip. Check them.`,
        ]
      : []),
    ...(added.length === 0
      ? []
      : [`${ownFile} names what the steps need and the project does not declare: ${added.join(', ')}.`]),
    ...(packaging.compiles ? ['Installing the project compiles: its tools have to be on the workers.'] : []),
  ];
}
