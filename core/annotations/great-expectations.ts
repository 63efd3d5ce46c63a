/** What a check with Great Expectations leaves: its own results as JSON, or a report with a table of what was not met. */
import type { Annotation } from '../ports/forge.ts';
import type { DataFacts } from '../step.ts';
import { finding } from './finding.ts';
import { asRecord, parseJson } from './json.ts';

/** Data is in no repository: what is said of it stands at the first line of the file of DVC that does name it. */
export function expectationFindings(text: string, data: readonly DataFacts[]): readonly Annotation[] {
  const unmet = /^\s*\{/.test(text) ? unmetInJson(parseJson(text)) : unmetInReport(text);
  const file = fileOf(text, data);
  return file === null
    ? []
    : unmet.flatMap(({ title, message }) => finding(file, { line: 1 }, { title, message }));
}

type Unmet = Pick<Annotation, 'title' | 'message'>;

/** Of the target that the text names, else of the only one. */
function fileOf(text: string, data: readonly DataFacts[]): string | null {
  const named = data.filter(({ target }) => text.includes(target.replace(/\.dvc$/, '')));
  const [one] = named.length > 0 ? named.toSorted((a, b) => b.target.length - a.target.length) : data;
  return one === undefined ? null : `${one.target.replace(/\/+$|\.dvc$/g, '')}.dvc`;
}

/** A table with the columns `column`, `expectation`, `expected` and `found`, each below the heading of its file. */
function unmetInReport(text: string): readonly Unmet[] {
  let heading = '';
  let columns: readonly string[] = [];
  const unmet: Unmet[] = [];
  for (const line of text.split('\n')) {
    const title = /^#+ (?<title>.+)$/.exec(line)?.groups?.['title'];
    if (title !== undefined) [heading, columns] = [title.replace(/: expectations not met: \d+$/, ''), []];
    if (!line.startsWith('|')) continue;
    const cells = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (columns.length === 0)
      columns = cells.includes('expectation') && cells.includes('column') ? cells : [];
    else if (!cells.every((cell) => /^:?-+:?$/.test(cell) && cell.length > 1)) {
      const cell = (name: string): string => cells[columns.indexOf(name)] ?? '';
      const message = [`expected: ${cell('expected')}`, `found: ${cell('found')}`];
      unmet.push({
        title: `${heading}, ${cell('column')}: ${cell('expectation')}`,
        message: message.join('\n'),
      });
    }
  }
  return unmet.length > 0 ? unmet : plainReport(text);
}

/** A report without a table: what stands below its title. */
function plainReport(text: string): readonly Unmet[] {
  const { title, said } = /^# (?<title>.+)\n+(?<said>[^#\n|][\s\S]*)$/.exec(text.trim())?.groups ?? {};
  return title === undefined || said === undefined ? [] : [{ title, message: said.trim() }];
}

/** The JSON of a suite's result (`results`), or of a checkpoint's (`validation_results`, or `run_results` before 1.0). */
function unmetInJson(json: unknown): readonly Unmet[] {
  const { results, expectations, validation_results: validations, run_results: runs } = asRecord(json);
  const nested = [
    ...(Array.isArray(validations) ? (validations as readonly unknown[]) : []),
    ...Object.values(asRecord(runs)).map((run) => asRecord(run)['validation_result']),
  ];
  const own = [results, expectations].flatMap((list) =>
    Array.isArray(list) ? (list as readonly unknown[]) : [],
  );
  return [...own.flatMap(oneUnmet), ...nested.flatMap(unmetInJson)];
}

function oneUnmet(value: unknown): readonly Unmet[] {
  const { success, expectation_config: config, result, exception_info: exception, ...flat } = asRecord(value);
  if (success !== false) return [];
  const { type, expectation_type: older, kwargs } = config === undefined ? flat : asRecord(config);
  const { column, batch_id: batch, ...bounds } = asRecord(kwargs);
  const of = [batch, column].filter((each) => typeof each === 'string').join(', ');
  const expectation = [type, older].find((each) => typeof each === 'string') ?? 'expectation';
  const expected = Object.entries(bounds).map(([name, bound]) => `${name}=${JSON.stringify(bound)}`);
  const message = [
    `expected: ${expected.join(', ') || '-'}`,
    `found: ${foundIn(asRecord(result), exception)}`,
  ];
  return [{ title: of === '' ? expectation : `${of}: ${expectation}`, message: message.join('\n') }];
}

/** Exceptions stand as one, or one for each metric that could not be computed. */
function foundIn(result: Readonly<Record<string, unknown>>, exception: unknown): string {
  const raised = [asRecord(exception), ...Object.values(asRecord(exception)).map(asRecord)]
    .filter((each) => each['raised_exception'] === true)
    .map((each) => each['exception_message']);
  if (typeof raised[0] === 'string') return raised[0];
  const {
    unexpected_count: count,
    element_count: all,
    partial_unexpected_list: list,
    observed_value: seen,
  } = result;
  if (typeof count === 'number' && typeof all === 'number') {
    const examples = [...new Set(Array.isArray(list) ? list.map((each) => JSON.stringify(each)) : [])].slice(
      0,
      5,
    );
    return `${count} of ${all} rows${examples.length === 0 ? '' : `, such as ${examples.join(', ')}`}`;
  }
  return seen === undefined ? 'not told' : JSON.stringify(seen);
}
