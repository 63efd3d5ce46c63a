import type { Annotation } from '../ports/forge.ts';
import { repositoryPath } from './paths.ts';

interface Place {
  readonly line: number;
  readonly endLine?: number;
  readonly column?: number;
  /** One after the last character. */
  readonly endColumn?: number;
}

/** Longer titles and messages are cut: the log has all of it. In characters. */
const longestTitle = 200;
const longestMessage = 4_000;

/** An annotation at a place of the repository; none for a place outside of it. */
export function finding(
  told: string,
  { line, endLine = line, column, endColumn }: Place,
  said: Pick<Annotation, 'title' | 'message'> & { readonly level?: Annotation['level'] },
): readonly Annotation[] {
  const path = repositoryPath(told);
  if (path === null || !Number.isSafeInteger(line)) return [];
  const first = Math.max(1, line);
  const last = Math.max(first, endLine);
  // A forge takes columns only where they are in one line.
  const columns =
    column === undefined || column < 1 || last !== first
      ? {}
      : { startColumn: column, endColumn: Math.max(column, endColumn ?? column) };
  return [
    {
      path,
      ...{ startLine: first, endLine: last },
      ...columns,
      level: said.level ?? 'failure',
      title: plainText(said.title, longestTitle).replace(/\s+/g, ' '),
      message: plainText(said.message, longestMessage) || 'no words were left',
    },
  ];
}

/** Without characters that a terminal obeys or that turn the order of a text around; the cut is marked. */
export function plainText(text: string, longest: number): string {
  const begun = text.slice(0, longest * 4);
  const plain = begun.replace(colours, '').replace(unseen, '').trim().toWellFormed();
  if (plain.length <= longest && begun.length === text.length) return plain;
  return `${plain.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** What a terminal takes for colours and moves of its cursor. */
export const colours = new RegExp(String.raw`\u001b\[[0-9;?]*[A-Za-z]`, 'g');
/** All control characters but tab and line feed, and those that set the direction of a text. */
const unseen = /(?![\t\n])[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
