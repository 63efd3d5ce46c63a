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
