/** What mypy prints, plainly or with `--pretty`, with or without columns. */
import type { Annotation } from '../ports/forge.ts';
import { finding } from './finding.ts';

const told =
  /^(?<path>[^\s:][^:]*\.pyi?):(?<line>\d+)(?::(?<column>\d+)(?::(?<endLine>\d+):(?<endColumn>\d+))?)?: (?<level>error|warning|note): (?<said>.*)$/;
const withCode = /^(?<said>[\s\S]*?)\s+\[(?<code>[a-z][a-z0-9-]*)\]\s*$/;

/** Lines that a message of `--pretty` may go over. */
const longest = 5;

export function mypyFindings(lines: readonly string[]): readonly Annotation[] {
  const found: Annotation[] = [];
  for (const [index, line] of lines.entries()) {
    const groups = told.exec(line)?.groups;
    if (groups === undefined) continue;
    const { path = '', level, line: number, column, endLine, endColumn } = groups;
    const whole = wholeMessage(groups['said'] ?? '', lines.slice(index + 1, index + longest));
    const { said = whole, code } = withCode.exec(whole)?.groups ?? {};
    const place = {
      line: Number(number),
      ...(column === undefined ? {} : { column: Number(column) }),
      ...(endLine === undefined ? {} : { endLine: Number(endLine), endColumn: Number(endColumn) + 1 }),
    };
    const newest = found.at(-1);
    if (level === 'note' && newest?.startLine === place.line) {
      found[found.length - 1] = { ...newest, message: `${newest.message}\nnote: ${said}` };
      continue;
    }
    const severity = level === 'error' ? 'failure' : level === 'note' ? 'notice' : 'warning';
    found.push(
      ...finding(path, place, {
        title: code === undefined ? 'mypy' : `mypy: ${code}`,
        message: said,
        level: severity,
      }),
    );
  }
  return found;
}

/** With `--pretty` a message goes on in lines that are not indented, until its code. */
function wholeMessage(said: string, following: readonly string[]): string {
  if (withCode.test(said)) return said;
  const end = following.findIndex((line) => /\[[a-z][a-z0-9-]*\]\s*$/.test(line));
  const more = following.slice(0, end + 1);
  const goesOn = end !== -1 && more.every((line) => /^\S/.test(line) && !told.test(line));
  return goesOn ? [said, ...more].map((line) => line.trim()).join(' ') : said;
}
