/** Files that black, isort and `ruff format` would write anew. */
import type { Annotation } from '../ports/forge.ts';
import { finding } from './finding.ts';

const black = /^would reformat (?<path>.+)$/;
const ruff = /^Would reformat: (?<path>.+)$/;
const isort = /^ERROR: (?<path>.+) Imports are incorrectly sorted and\/or formatted\.$/;
const unreadable = /^error: cannot (?:parse|format): (?<path>.+?):(?<line>\d+):(?<column>\d+)$/;
const unreadableBefore =
  /^error: cannot format (?<path>.+?): Cannot parse.*?: (?<line>\d+):(?<column>\d+)(?::.*)?$/;

export const formatFindings = (lines: readonly string[]): readonly Annotation[] =>
  lines.flatMap((line) => [
    ...ofFile(black.exec(line), 'black', 'black would reformat this file'),
    ...ofFile(ruff.exec(line), 'ruff format', 'ruff would reformat this file'),
    ...ofFile(isort.exec(line), 'isort', 'the imports are not sorted as isort would sort them'),
    ...ofSyntax(unreadable.exec(line) ?? unreadableBefore.exec(line)),
  ]);

const ofFile = (match: RegExpExecArray | null, title: string, message: string): readonly Annotation[] =>
  match === null ? [] : finding(match.groups?.['path'] ?? '', { line: 1 }, { title, message });

const ofSyntax = (match: RegExpExecArray | null): readonly Annotation[] =>
  match === null
    ? []
    : finding(
        match.groups?.['path'] ?? '',
        { line: Number(match.groups?.['line']), column: Number(match.groups?.['column']) },
        { title: 'black', message: 'black cannot read this file: it is no Python' },
      );
