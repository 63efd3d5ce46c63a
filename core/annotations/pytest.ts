/** What pytest prints of tests that failed, in each style of `--tb`. */
import type { Annotation } from '../ports/forge.ts';
import { finding } from './finding.ts';
import { errorWords, framesOf, ownLines, testFrame } from './trace.ts';
import type { Frame } from './trace.ts';

const heading = /^=+ (?<title>.+?) =+$/;
const sectionHeading = /^_+ (?<title>.*[^\s_].*) _+$/;
const summaryLine = /^(?<kind>FAILED|ERROR) (?<path>\S+?\.\w+)(?:::(?<rest>.+))?$/;

interface Section {
  readonly title: string;
  readonly body: readonly string[];
}

/** A line of the short summary at the end: `FAILED tests/test_a.py::test_b - AssertionError: …`. */
interface Told {
  readonly kind: string;
  readonly path: string;
  /** The test with its classes, joined by dots, and after ` - ` the beginning of the error. */
  readonly rest: string;
}

export function pytestFindings(lines: readonly string[]): readonly Annotation[] {
  const told = lines.flatMap(toTold);
  const { sections, loose } = failuresIn(lines);
  const named = sections.map((section) => ({
    section,
    told: told.find((each) => isOf(each, section.title)),
  }));
  const seen = new Set(named.map((each) => each.told));
  return [
    ...named.flatMap(({ section, told: summary }) => ofSection(section, summary)),
    ...withoutSection(
      told.filter((each) => !seen.has(each)),
      loose,
    ),
  ];
}

function toTold(line: string): readonly Told[] {
  const groups = summaryLine.exec(line)?.groups;
  if (groups === undefined) return [];
  const { kind = '', path = '', rest } = groups;
  return [{ kind, path, rest: dotted(rest ?? '') }];
}

/** Classes and test joined by dots; what is in a parameter's brackets stays. */
const dotted = (name: string): string => name.replace(/^[^[]*/, (before) => before.replaceAll('::', '.'));

const isOf = ({ path, rest }: Told, title: string): boolean => {
  const name = dotted(testOf(title));
  return rest === '' ? title === `ERROR collecting ${path}` : rest === name || rest.startsWith(`${name} - `);
};

/** The name of the test in the title of a section. */
const testOf = (title: string): string => title.replace(/^ERROR at (?:setup|teardown) of /, '');

/** The failures, each with what stands below its title; `loose`: lines of those that have none, as with `--tb=line`. */
function failuresIn(lines: readonly string[]): {
  readonly sections: readonly Section[];
  readonly loose: readonly string[];
} {
  const sections: Section[] = [];
  const loose: string[] = [];
  let isInside = false;
  let current = loose;
  for (const line of lines) {
    const title = heading.exec(line)?.groups?.['title'];
    const section = sectionHeading.exec(line)?.groups?.['title'];
    if (title !== undefined) {
      isInside = title === 'FAILURES' || title === 'ERRORS';
      current = loose;
    } else if (isInside && section !== undefined) {
      current = [];
      sections.push({ title: section, body: current });
    } else if (isInside) current.push(line);
  }
  return { sections, loose };
}

function ofSection({ title, body }: Section, told: Told | undefined): readonly Annotation[] {
  const own = ownLines(body);
  const frames = framesOf(own);
  const collecting = /^ERROR collecting (?<path>.+)$/.exec(title)?.groups?.['path'];
  const frame = collecting === undefined ? testFrame(frames) : frames.at(-1);
  const place: Frame = frame ?? { path: told?.path ?? collecting ?? '', line: 1 };
  const message = errorWords(own);
  if (collecting !== undefined) return finding(place.path, place, { title: titleOfUncollected, message });
  return finding(place.path, place, { title: titleOfTest(testOf(title), title), message });
}

export const titleOfUncollected = 'pytest cannot collect this';

const titleOfTest = (test: string, title: string): string => {
  const phase = /^ERROR at (setup|teardown)/.exec(title)?.[1];
  return phase === undefined ? `${test} failed` : `${test}: error at ${phase}`;
};

const looseLine = /^(?<path>\/?[^\s:][^:]*):(?<line>\d+): (?<said>.+)$/;

/** Of tests that only the summary names: at the line of the error that it begins to tell, else at their file. */
function withoutSection(told: readonly Told[], loose: readonly string[]): readonly Annotation[] {
  const places = loose.flatMap((line) => {
    const groups = looseLine.exec(line)?.groups;
    return groups === undefined ? [] : [groups];
  });
  return told.flatMap(({ kind, path, rest }) => {
    if (rest === '') return finding(path, { line: 1 }, { title: titleOfUncollected, message: 'see the log' });
    const [test, said] = splitSummary(rest);
    const begun = said.replace(/\.\.\.$/, '');
    const at = begun === '' ? -1 : places.findIndex((place) => place['said']?.startsWith(begun) === true);
    const [place] = at === -1 ? [] : places.splice(at, 1);
    const title = kind === 'ERROR' ? `${test}: error at setup` : `${test} failed`;
    return finding(
      place?.['path'] ?? path,
      { line: Number(place?.['line'] ?? 1) },
      { title, message: place?.['said'] ?? said },
    );
  });
}

/** The test and the beginning of its error, divided by the first ` - ` that is in no parameter's brackets. */
function splitSummary(rest: string): readonly [string, string] {
  const from = Math.max(0, rest.startsWith('[') ? 0 : rest.lastIndexOf('] - '));
  const at = rest.indexOf(' - ', from);
  return at === -1 ? [rest, ''] : [rest.slice(0, at), rest.slice(at + 3)];
}
