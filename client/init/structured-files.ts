import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';

/** A mapping of a file in TOML, YAML or INI; a file that cannot be read is one that says nothing. */
export type Table = Readonly<Record<string, unknown>>;

export const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const readToml = (text: string | null): Table => readWith(parseToml, text);
export const readYamlTable = (text: string | null): Table =>
  readWith((given) => parseYaml(given, { logLevel: 'silent' }) as unknown, text);

function readWith(parse: (text: string) => unknown, text: string | null): Table {
  if (text === null) return {};
  try {
    const value = parse(text);
    return isTable(value) ? value : {};
  } catch {
    return {};
  }
}

/** The table at a path of keys; empty where there is none. */
export const tableAt = (table: Table, ...path: readonly string[]): Table => {
  const value = valueAt(table, ...path);
  return isTable(value) ? value : {};
};

export const valueAt = (table: Table, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (isTable(value) ? value[key] : undefined), table);

/** A single value as it would be written; empty for anything else. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The texts of a list, or a single text as a list of one. */
export const textsOf = (value: unknown): readonly string[] =>
  typeof value === 'string'
    ? [value]
    : Array.isArray(value)
      ? value.filter((item): item is string => typeof item === 'string')
      : [];

/** Sections of an INI file (setup.cfg, tox.ini) by name; a value's further lines are indented. */
export function readIni(text: string | null): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const sections: Record<string, Record<string, string>> = {};
  let section: Record<string, string> = {};
  let key = '';
  for (const line of (text ?? '').split(/\r?\n/)) {
    const header = /^\[([^\]]+)\]\s*$/.exec(line)?.[1];
    const entry = /^([^\s#;=:][^=:]*?)\s*[=:]\s*(.*)$/.exec(line);
    if (/^\s*[#;]/.test(line)) continue;
    if (header !== undefined) {
      section = sections[header.trim()] ??= {};
      key = '';
    } else if (/^\s/.test(line) && key !== '') {
      section[key] = `${section[key] ?? ''}\n${line.trim()}`;
    } else if (entry !== null) {
      key = entry[1] ?? '';
      section[key] = entry[2] ?? '';
    }
  }
  return sections;
}
