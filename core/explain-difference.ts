import { canonicalJson } from './canonical-json.ts';
import type { StepFingerprint } from './fingerprint.ts';

const mostReasons = 5;

/** What differs between two fingerprints of a step, in short sentences, at most five and how many more there are. */
export const explainDifference = (before: StepFingerprint, now: StepFingerprint): readonly string[] => {
  const reasons = allDifferences(before, now);
  const more = reasons.length - mostReasons;
  return more <= 1 ? reasons : [...reasons.slice(0, mostReasons), `and ${more} more`];
};

const allDifferences = (before: StepFingerprint, now: StepFingerprint): readonly string[] => {
  const sameCommands = same(before.commands, now.commands);
  return [
    ...(sameCommands ? [] : ['the command changed']),
    ...seen(before, now),
    ...files(before.files, now.files),
    ...each(before.needs, now.needs, (path) => `${path}, which an earlier step left,`),
    ...each(before.data, now.data, (target) => `the data ${target}`),
    ...each(before.env, now.env, (name) => `the variable ${name}`),
    ...each(before.secrets, now.secrets, (name) => `the secret ${name}`),
    ...python(before.python, now.python),
    ...tools(before.tools, now.tools, sameCommands),
    ...(before.judgement === now.judgement ? [] : ['what it has to show for a pass changed']),
  ];
};

function seen(before: StepFingerprint, now: StepFingerprint): readonly string[] {
  if ((before.inputs === null) === (now.inputs === null)) return [];
  return [now.inputs === null ? 'it sees the whole commit now' : 'it sees only its `inputs` now'];
}

type Named = Readonly<Record<string, string>>;

const kinds = ['changed', 'added', 'removed'] as const;
type Kind = (typeof kinds)[number];

const namesOf = (before: Named, now: Named): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();

function kindOf(name: string, before: Named, now: Named): Kind | null {
  if (!Object.hasOwn(before, name)) return 'added';
  if (!Object.hasOwn(now, name)) return 'removed';
  return before[name] === now[name] ? null : 'changed';
}

/** Two files of a kind are named, of more the number and the first. */
function files(before: Named, now: Named): readonly string[] {
  const names = namesOf(before, now);
  return kinds.flatMap((kind) => {
    const paths = names.filter((name) => kindOf(name, before, now) === kind);
    const [first] = paths;
    if (first === undefined || paths.length <= 2) return paths.map((path) => `${path} ${kind}`);
    return [`${paths.length} files ${kind} (${first}, …)`];
  });
}

const verbs: Readonly<Record<Kind, string>> = { changed: 'changed', added: 'is new', removed: 'is gone' };

const each = (before: Named, now: Named, told: (name: string) => string): readonly string[] =>
  namesOf(before, now).flatMap((name) => {
    const kind = kindOf(name, before, now);
    return kind === null ? [] : [`${told(name)} ${verbs[kind]}`];
  });

function python(before: StepFingerprint['python'], now: StepFingerprint['python']): readonly string[] {
  if (before === null || now === null) {
    if (before === now) return [];
    return [now === null ? 'it has no Python environment any more' : 'it has a Python environment now'];
  }
  return [
    ...(before.version === now.version ? [] : [`Python ${before.version} became ${now.version}`]),
    ...(before.lock === now.lock ? [] : ['the packages of the Python environment changed']),
    ...(same(before.requirements, now.requirements) ? [] : ['it names other requirements']),
    ...(same(before.install, now.install) ? [] : ['other folders are installed as packages']),
  ];
}

/** Another command names other programs: that is no news then. */
function tools(before: Named, now: Named, sameCommands: boolean): readonly string[] {
  const isNews = (name: string): boolean =>
    sameCommands || !name.startsWith(programPrefix) || kindOf(name, before, now) === 'changed';
  const kept = (all: Named): Named =>
    Object.fromEntries(Object.entries(all).filter(([name]) => isNews(name)));
  return each(kept(before), kept(now), (name) =>
    name.startsWith(programPrefix)
      ? `the program ${name.slice(programPrefix.length)}`
      : `the worker’s ${name}`,
  );
}

/** Before the names of programs among the tools of a fingerprint. */
export const programPrefix = 'program ';

const same = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other);
