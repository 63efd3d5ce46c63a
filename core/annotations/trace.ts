/** What pytest tells of one failure: the traceback in each of its styles, and the words of the error. */
import { repositoryPath } from './paths.ts';

export interface Frame {
  readonly path: string;
  readonly line: number;
}

const pytestFrame = /^(?<path>[^\s:][^:]*\.\w+):(?<line>\d+):(?: |$)/;
const pythonFrame = /^(?:E\s)?\s*File "(?<path>.+)", line (?<line>\d+)/;
const captured = /^-+ Captured .+ -+$/;

/** Without what the test itself printed, which could look like anything. */
export function ownLines(body: readonly string[]): readonly string[] {
  const end = body.findIndex((line) => captured.test(line));
  return end === -1 ? body : body.slice(0, end);
}

/** The frames in files of the repository, outermost first. */
export const framesOf = (body: readonly string[]): readonly Frame[] =>
  body.flatMap((line) => {
    const groups = (pytestFrame.exec(line) ?? pythonFrame.exec(line))?.groups;
    const path = groups === undefined ? null : repositoryPath(groups['path'] ?? '');
    return path === null ? [] : [{ path, line: Number(groups?.['line']) }];
  });

/** Where a test failed: the last line in the file that the traceback comes into first, which is the test's own. */
export const testFrame = (frames: readonly Frame[]): Frame | undefined =>
  frames.findLast(({ path }) => path === frames[0]?.path);

/** The words of the error: the lines that pytest marks with E, else those that follow the last frame. */
export function errorWords(body: readonly string[]): string {
  const marked = body.filter((line) => /^E(?:\s|$)/.test(line)).map((line) => line.slice(1));
  if (marked.length > 0) return dedented(marked);
  const last = body.findLastIndex((line) => pytestFrame.test(line) || pythonFrame.test(line));
  return body
    .slice(last + 1)
    .filter((line) => /^\S/.test(line))
    .join('\n');
}

function dedented(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const least = Math.min(...indents, 80);
  return lines.map((line) => line.slice(least).trimEnd()).join('\n');
}
