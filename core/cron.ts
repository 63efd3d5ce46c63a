/** Cron expressions as Temporal's schedules take them: five fields. */

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly names: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] as const;
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

const fields: readonly Field[] = [
  { name: 'minute', from: 0, to: 59, names: [] },
  { name: 'hour', from: 0, to: 23, names: [] },
  { name: 'day of the month', from: 1, to: 31, names: [] },
  { name: 'month', from: 1, to: 12, names: months },
  { name: 'day of the week', from: 0, to: 7, names: days },
];

/** What is wrong with a cron expression, as a clause; null when nothing is. */
export function problemOfCron(expression: string): string | null {
  const written = expression.trim().split(/\s+/);
  if (written.length !== fields.length) return `has ${written.length} fields, and 5 are needed`;
  const wrong = fields.find((field, index) => !isField(written[index] ?? '', field));
  return wrong === undefined ? null : `has no ${wrong.name} that there is`;
}

const isField = (text: string, field: Field): boolean => text.split(',').every((part) => isPart(part, field));

/** `*`, `5`, `1-5`, each with a step such as `/2`. */
function isPart(part: string, field: Field): boolean {
  const [range = '', step, ...more] = part.split('/');
  if (more.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
  if (range === '*') return true;
  const bounds = range.split('-').map((bound) => valueOf(bound, field));
  const [from, to = from] = bounds;
  return bounds.length <= 2 && typeof from === 'number' && typeof to === 'number' && from <= to;
}

function valueOf(text: string, { from, to, names }: Field): number | null {
  const named = names.indexOf(text.toLowerCase());
  const value = named === -1 ? (/^\d{1,2}$/.test(text) ? Number(text) : null) : from + named;
  return value !== null && value >= from && value <= to ? value : null;
}
