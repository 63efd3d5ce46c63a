import type { CiStepResult } from '../../ci.ts';
import { formatPercent, formatValue } from '../../numbers.ts';
import { factsOf } from '../step-words.ts';
import { markup, section, table } from './markup.ts';
import type { Html } from './markup.ts';

/** Tests and coverage, metrics, data, and what else is worth telling. */
export const measurementSections = (steps: readonly CiStepResult[]): readonly (Html | null)[] => [
  section(
    'Tests',
    table(
      'Tests and the lines that they cover',
      ['Step', 'Passed', 'Failed', 'Skipped', 'Coverage'],
      steps.flatMap(tests),
    ),
  ),
  section('Metrics', table('What the steps measured', ['Metric', 'Value', 'Step'], steps.flatMap(metrics))),
  section(
    'Data',
    table(
      'Every file of it was verified',
      ['Target', 'Files', 'Bytes', 'From', 'Digest', 'Step'],
      steps.flatMap(data),
    ),
  ),
  section('Notes', notes(steps)),
];

function tests({ name, outcome }: CiStepResult): readonly (readonly string[])[] {
  const { tests: counts, coverage } = factsOf(outcome) ?? {};
  if (counts === undefined && coverage === undefined) return [];
  const { passed, failed, skipped } = counts ?? { passed: '', failed: '', skipped: '' };
  const covered = coverage === undefined ? '' : formatPercent(coverage / 100);
  return [[name, String(passed), String(failed), String(skipped), covered]];
}

const metrics = ({ name, outcome }: CiStepResult): readonly (readonly string[])[] =>
  Object.entries(factsOf(outcome)?.metrics ?? {}).map(([metric, value]) => [
    metric,
    formatValue(value),
    name,
  ]);

const data = ({ name, outcome }: CiStepResult): readonly (readonly (Html | string)[])[] =>
  (factsOf(outcome)?.data ?? []).map(({ target, files, bytes, source, digest }) => [
    target,
    String(files),
    String(bytes),
    source,
    markup`<code>${digest.slice(0, 19)}</code>`,
    name,
  ]);

function notes(steps: readonly CiStepResult[]): Html | null {
  const told = steps.flatMap(({ name, outcome }) =>
    (factsOf(outcome)?.notes ?? []).map((note) => markup`<li>${name}: ${note}</li>`),
  );
  return told.length === 0
    ? null
    : markup`<ul>
        ${told}
      </ul>`;
}
