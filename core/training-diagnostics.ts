/** What a failed training left for people, in a line. */

/** `ValueError: NaN loss; train: 3 rows, 2 columns`; null for what is no diagnostics of the package `longhaul`. */
export function diagnosticsSaid(json: string): string | null {
  const document = asRecord(parse(json));
  const error = asRecord(document?.['error']);
  if (typeof error?.['type'] !== 'string') return null;
  const message = typeof error['message'] === 'string' ? (error['message'].split('\n')[0] ?? '') : '';
  const data = Object.entries(asRecord(document?.['data']) ?? {}).map(([name, value]) =>
    dataSaid(name, asRecord(value) ?? {}),
  );
  return [`${error['type']}${message === '' ? '' : `: ${message.slice(0, 200)}`}`, ...data].join('; ');
}

function dataSaid(
  name: string,
  { rows, columns, nulls, missing }: Readonly<Record<string, unknown>>,
): string {
  if (missing === true) return `${name}: missing`;
  const empty = Object.values(asRecord(nulls) ?? {}).filter(
    (count) => typeof count === 'number' && count > 0,
  );
  const parts = [
    ...(typeof rows === 'number' ? [`${rows} rows`] : []),
    ...(typeof columns === 'number' ? [`${columns} columns`] : []),
    ...(empty.length === 0 ? [] : [`${empty.length} with nulls`]),
  ];
  return parts.length === 0 ? name : `${name}: ${parts.join(', ')}`;
}

const asRecord = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;

function parse(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return null;
  }
}
