/** What a failed training left for people: of the package `longhaul`, or in the form that the guide writes. */

export interface TrainingDiagnostics {
  readonly error: { readonly type: string; readonly message: string; readonly trace: string };
  readonly data: readonly DataStatistics[];
}

/** What is known of one table or file. */
export interface DataStatistics {
  readonly name: string;
  readonly rows?: number;
  readonly columns?: number;
  /** Missing values by column, of the columns that have any. */
  readonly nulls: Readonly<Record<string, number>>;
  readonly missing: boolean;
}

/** Null for what is no diagnostics. */
export function readDiagnostics(json: string): TrainingDiagnostics | null {
  const document = asRecord(parse(json));
  const error = asRecord(document?.['error']);
  if (typeof error?.['type'] !== 'string') return null;
  const { type, message, trace = error['traceback'] } = error;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return { error: { type, message: text(message), trace: text(trace) }, data: dataOf(document ?? {}) };
}

/** `ValueError: NaN loss; train: 3 rows, 2 columns`; null for what is no diagnostics. */
export function diagnosticsSaid(json: string): string | null {
  const diagnostics = readDiagnostics(json);
  if (diagnostics === null) return null;
  const { type, message } = diagnostics.error;
  const line = message.split('\n')[0] ?? '';
  return [`${type}${line === '' ? '' : `: ${line.slice(0, 200)}`}`, ...diagnostics.data.map(dataSaid)].join(
    '; ',
  );
}

function dataSaid({ name, rows, columns, nulls, missing }: DataStatistics): string {
  if (missing) return `${name}: missing`;
  const empty = Object.keys(nulls).length;
  const parts = [
    ...(rows === undefined ? [] : [`${rows} rows`]),
    ...(columns === undefined ? [] : [`${columns} columns`]),
    ...(empty === 0 ? [] : [`${empty} with nulls`]),
  ];
  return parts.length === 0 ? name : `${name}: ${parts.join(', ')}`;
}

/** `data` by name; the guide has `data_stats`, of one table or by name. */
function dataOf(document: Fields): readonly DataStatistics[] {
  const guide = asRecord(document['data_stats']) ?? {};
  const named = asRecord(document['data']) ?? ('rows' in guide ? { data: guide } : guide);
  return Object.entries(named).map(([name, value]) => statisticsOf(name, asRecord(value) ?? {}));
}

function statisticsOf(name: string, fields: Fields): DataStatistics {
  const { rows, columns, nulls = fields['null_counts'], missing } = fields;
  const count = Array.isArray(columns) ? columns.length : columns;
  const empty = Object.entries(asRecord(nulls) ?? {}).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] > 0,
  );
  return {
    name,
    ...(typeof rows === 'number' ? { rows } : {}),
    ...(typeof count === 'number' ? { columns: count } : {}),
    nulls: Object.fromEntries(empty),
    missing: missing === true,
  };
}

type Fields = Readonly<Record<string, unknown>>;

const asRecord = (value: unknown): Fields | null =>
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
