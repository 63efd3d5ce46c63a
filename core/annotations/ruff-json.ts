/** What ruff prints with `--output-format json`. */
import type { Annotation } from '../ports/forge.ts';
import { asRecord, parseJson } from './json.ts';
import { finding } from './finding.ts';

/** Of the lists that a log holds, each from a line `[` to a line `]`. */
export const ruffJsonFindings = (lines: readonly string[]): readonly Annotation[] =>
  listsIn(lines).flatMap((list) => list.flatMap(oneFinding));

function listsIn(lines: readonly string[]): readonly (readonly unknown[])[] {
  return lines.flatMap((line, index) => {
    if (line !== '[') return [];
    const end = lines.indexOf(']', index);
    const list = parseJson(lines.slice(index, end === -1 ? undefined : end + 1).join('\n'));
    return Array.isArray(list) ? [list as readonly unknown[]] : [];
  });
}

function oneFinding(value: unknown): readonly Annotation[] {
  const { filename, code, message, location, end_location: end, fix } = asRecord(value);
  const [from, to] = [asRecord(location), asRecord(end)];
  if (typeof filename !== 'string' || typeof message !== 'string' || typeof from['row'] !== 'number')
    return [];
  const help = asRecord(fix)['message'];
  return finding(
    filename,
    {
      line: from['row'],
      ...(typeof from['column'] === 'number' ? { column: from['column'] } : {}),
      ...(typeof to['row'] === 'number' ? { endLine: to['row'] } : {}),
      ...(typeof to['column'] === 'number' ? { endColumn: to['column'] } : {}),
    },
    {
      title: typeof code === 'string' ? code : 'ruff',
      message: typeof help === 'string' ? `${message}\nhelp: ${help}` : message,
    },
  );
}
