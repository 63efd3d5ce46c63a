import type { RepositoryView } from './repository-view.ts';
import { commandsOf } from './shell-words.ts';
import type { ShellCommand } from './shell-words.ts';

export interface MakeTarget {
  readonly name: string;
  readonly commands: readonly ShellCommand[];
}

/** Targets of the Makefile with those of their commands that need no shell and no variable of make. */
export function makeTargets({ read }: RepositoryView): readonly MakeTarget[] {
  const targets: { name: string; lines: string[]; needs: readonly string[] }[] = [];
  const variables = new Map<string, string>();
  for (const line of (read('Makefile') ?? '').replace(/\\\r?\n\s*/g, ' ').split(/\r?\n/)) {
    const rule = /^([\w./-]+)\s*:(?!=)\s*([^=#]*)/.exec(line);
    const variable = /^(\w+)\s*[:?]?=\s*([^#]*)/.exec(line);
    if (line.startsWith('\t')) targets.at(-1)?.lines.push(line.trim().replace(/^[@-]+/, ''));
    else if (variable !== null) variables.set(variable[1] ?? '', (variable[2] ?? '').trim());
    else if (rule !== null) {
      targets.push({ name: rule[1] ?? '', lines: [], needs: (rule[2] ?? '').trim().split(/\s+/) });
    }
  }
  const own = (name: string, seen: readonly string[] = []): readonly ShellCommand[] => {
    const target = targets.find((each) => each.name === name);
    if (target === undefined || seen.includes(name)) return [];
    const script = target.lines
      .map((line) => line.replaceAll(/\$[({](\w+)[)}]/g, (whole, key: string) => variables.get(key) ?? whole))
      .filter((line) => !/\$[({$]/.test(line));
    const before = target.needs.flatMap((need) => own(need, [...seen, name]));
    return [...before, ...commandsOf(script.join('\n'))];
  };
  return targets.map(({ name }) => ({ name, commands: own(name) }));
}
