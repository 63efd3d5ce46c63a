import { alignColumns } from '../../core/render/markdown.ts';
import type { InitPlan } from './plan.ts';

/** What was found, as a short table, and what is left to the reader. */
export function foundLines({ python, steps, notes }: InitPlan): readonly string[] {
  const { version, requirements, extras, groups, install } = python;
  const environment = [
    requirements.length === 0 ? 'none' : requirements.join(', '),
    ...(extras.length === 0 ? [] : [`extras ${extras.join(', ')}`]),
    ...(groups.length === 0 ? [] : [`groups ${groups.join(', ')}`]),
    ...(install.length === 0 ? [] : ['the project as a package']),
  ];
  const rows = [
    [version === undefined ? 'Python' : `Python ${version}`, environment.join('; '), ''],
    ...steps.map(({ name, run, why, asComment }) => [
      asComment === true ? `(${name})` : name,
      `${run[0] ?? ''}${run.length > 1 ? `, and ${run.length - 1} more` : ''}`,
      asComment === true ? `as a comment: ${why.at(-1) ?? ''}` : (why[0] ?? ''),
    ]),
  ];
  return [
    ...alignColumns(rows.map((row) => row.map(shortened))).map((row) => `  ${row}`),
    ...[...python.why.slice(1), ...notes].map((note) => `  - ${note}`),
  ];
}

const shortened = (text: string): string => (text.length > 70 ? `${text.slice(0, 69)}…` : text);
