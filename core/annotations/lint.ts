/** What ruff prints (`full`, `concise`, `github`; `check` and `format`), and whoever prints `FILE:LINE:COLUMN: CODE words`. */
import type { Annotation } from '../ports/forge.ts';
import { finding } from './finding.ts';

const code = String.raw`(?:[A-Z]{1,5}\d{2,5}|invalid-syntax|unformatted|io-error)`;
const concise = new RegExp(
  String.raw`^(?<path>[^\s:][^:]*):(?<line>\d+):(?<column>\d+): (?<code>${code}):? (?<said>.+)$`,
);
const heading = new RegExp(String.raw`^(?<code>${code}):? (?<said>.+)$`);
const place = /^\s*--> (?<path>.+):(?<line>\d+):(?<column>\d+)$/;
const underline = /^\s*\| \s*(?<marks>\^+)\s*$/;
const workflowCommand =
  /^::(?<level>error|warning|notice) (?<properties>[^:]*(?::(?!:)[^:]*)*)::(?<said>.*)$/;

export const lintFindings = (lines: readonly string[]): readonly Annotation[] =>
  lines.flatMap((line, index) => {
    const told = concise.exec(line)?.groups;
    if (told !== undefined) return inLine(told, {});
    const at = place.exec(line)?.groups;
    if (at !== undefined) return inFull(at, lines, index);
    return inCommand(workflowCommand.exec(line)?.groups);
  });

type Groups = Readonly<Record<string, string>>;

function inLine(
  { path = '', line, column, code: title = '', said = '' }: Groups,
  { width, help }: { readonly width?: number; readonly help?: string },
): readonly Annotation[] {
  const from = Number(column);
  const message = [said.replace(/^\[\*\] /, ''), ...(help === undefined ? [] : [help])].join('\n');
  const until = width === undefined ? {} : { endColumn: from + width };
  return finding(path, { line: Number(line), column: from, ...until }, { title, message });
}

/** The heading is above the place, the code with its marks and the help below it. */
function inFull(at: Groups, lines: readonly string[], index: number): readonly Annotation[] {
  const told = heading.exec(lines[index - 1] ?? '')?.groups;
  if (told === undefined) return [];
  const end = lines.findIndex((line, below) => below > index && line.trim() === '');
  const below = lines.slice(index + 1, end === -1 ? undefined : end);
  const marks = below
    .map((line) => underline.exec(line)?.groups?.['marks'])
    .find((each) => each !== undefined);
  const help = below.find((line) => line.startsWith('help: '));
  return inLine(
    { ...at, ...told },
    { ...(marks === undefined ? {} : { width: marks.length }), ...(help === undefined ? {} : { help }) },
  );
}

const levels: Readonly<Record<string, Annotation['level']>> = {
  error: 'failure',
  warning: 'warning',
  notice: 'notice',
};

/** A line as GitHub's own runners understand it: `::error title=ruff (F401),file=src/a.py,line=1,col=8::words`. */
function inCommand(command: Groups | undefined): readonly Annotation[] {
  if (command === undefined) return [];
  const { properties = '', said = '' } = command;
  const given = new Map(
    properties
      .split(',')
      .map((pair) => [pair.slice(0, pair.indexOf('=')), decode(pair.slice(pair.indexOf('=') + 1))]),
  );
  const number = (name: string): number | undefined =>
    given.has(name) ? Number(given.get(name)) : undefined;
  const [line, endLine, column, endColumn] = [
    number('line'),
    number('endLine'),
    number('col'),
    number('endColumn'),
  ];
  const ruff = /^ruff \((?<code>.+)\)$/.exec(given.get('title') ?? '')?.groups?.['code'];
  const message = decode(said)
    .replace(/^\S+:\d+:\d+: /, '')
    .replace(new RegExp(`^${code}:? `), '');
  return finding(
    given.get('file') ?? '',
    {
      line: line ?? 1,
      ...(endLine === undefined ? {} : { endLine }),
      ...(column === undefined ? {} : { column }),
      ...(endColumn === undefined ? {} : { endColumn }),
    },
    {
      title: ruff ?? given.get('title') ?? 'problem',
      message: message.replace(/\n\s+help: /, '\nhelp: '),
      level: levels[command['level'] ?? ''] ?? 'failure',
    },
  );
}

const decode = (text: string): string =>
  text.replace(/%(0A|0D|25|3A|2C)/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
