import type { Installs } from './installs.ts';
import type { Packaging } from './packaging.ts';

/** Requirements of an extra, with those of extras of the project itself that it names: `model[test,docs]`. */
export function expandExtras(
  { extras }: Pick<Packaging, 'extras'>,
  name: string,
  seen: readonly string[] = [],
): readonly string[] {
  if (seen.includes(name)) return [];
  return (extras[name] ?? []).flatMap((requirement) => {
    const inner =
      /^[\w.-]+\[([^\]]+)\]\s*$/
        .exec(requirement)?.[1]
        ?.split(',')
        .map((each) => each.trim()) ?? [];
    const own = inner.filter((each) => each in extras);
    return own.length > 0 && own.length === inner.length
      ? own.flatMap((each) => expandExtras({ extras }, each, [...seen, name]))
      : [requirement];
  });
}

/** Extras and dependency groups. */
export interface Chosen {
  readonly extras: readonly string[];
  readonly groups: readonly string[];
}

const forDevelopment =
  /^(tests?|testing|dev|devel|develop|development|lint|linting|style|typing|types|quality|checks?|ci|qa)$/i;

/** Those that the automation installs; where it says nothing, those whose names are for development. */
export function chooseExtras({
  packaging,
  installs,
}: {
  readonly packaging: Packaging;
  readonly installs: Installs;
}): Chosen {
  const all = { extras: Object.keys(packaging.extras), groups: Object.keys(packaging.groups) };
  const isThere = (names: readonly string[], among: readonly string[]): readonly string[] =>
    among.filter((name) => names.some((each) => normal(each) === normal(name)));
  if (installs.from.length === 0) {
    return {
      extras: all.extras.filter((name) => forDevelopment.test(name)),
      groups: [
        ...new Set([...packaging.defaultGroups, ...all.groups.filter((name) => forDevelopment.test(name))]),
      ],
    };
  }
  const defaults = installs.defaultGroups ? packaging.defaultGroups : [];
  return {
    extras: installs.allExtras ? all.extras : isThere(installs.extras, all.extras),
    groups: installs.allGroups ? all.groups : isThere([...defaults, ...installs.groups], all.groups),
  };
}

const normal = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-');
