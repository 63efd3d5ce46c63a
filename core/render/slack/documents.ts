/** What a failed step has left for people: a data report, a training's diagnostics. */
import { diagnosticsSaid } from '../../training-diagnostics.ts';
import { section } from './blocks.ts';
import type { Block } from './blocks.ts';
import { codeLines, cutSlack, said } from './text.ts';

export interface StepDocument {
  /** As the step has named it: `data_report.md`. */
  readonly name: string;
  readonly text: string;
}

const LINES = 14;
const LENGTH = 1_800;

/** A document as one block; nothing of one that is no text for a message, such as a page of HTML. */
export function documentBlocks({ name, text }: StepDocument): readonly Block[] {
  const diagnostics = diagnosticsSaid(text);
  if (diagnostics !== null) return [section(`*Diagnostics*: ${said(diagnostics)}`), ...trace(text)];
  if (!/\.(md|txt)$/i.test(name)) return [];
  const lines = reportLines(text);
  return lines.length === 0 ? [] : [section([`*${said(name)}*`, ...lines].join('\n'))];
}

/** The end of a trace names the place. */
function trace(json: string): readonly Block[] {
  const { error } = JSON.parse(json) as { readonly error?: { readonly trace?: unknown } };
  if (typeof error?.trace !== 'string') return [];
  const lines = error.trace.trimEnd().split('\n').slice(-LINES);
  return [section(codeLines(lines, LENGTH))];
}

/** What is listed or stands in tables, and the headings above it: rows as `column · expectation · expected · found`. */
function reportLines(markdown: string): readonly string[] {
  const all = markdown.split('\n').map((line) => line.trim());
  const lines = all.flatMap((line, index) => {
    if (line === '' || isRule(line) || isRule(all[index + 1] ?? '')) return [];
    const heading = /^#+\s+(.*)$/.exec(line)?.[1];
    if (heading !== undefined) return [`*${said(heading)}*`];
    return [`• ${said(cellsOf(line) ?? line.replace(/^[-*]\s+/, ''))}`];
  });
  const shown = lines.slice(0, LINES).map((line) => cutSlack(line, 300));
  return lines.length > LINES ? [...shown, `… and ${lines.length - LINES} lines more`] : shown;
}

/** The line below the titles of a table. */
const isRule = (line: string): boolean => /^\|?\s*:?-{3,}[\s|:-]*$/.test(line);

const cellsOf = (line: string): string | null =>
  /^\|.*\|$/.test(line)
    ? line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim())
        .join(' · ')
    : null;
