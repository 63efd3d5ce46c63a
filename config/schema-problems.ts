import type { z } from 'zod';
import type { JsonSchema } from './expected.ts';
import { describeExpected, inputSchemaOf, knownKeys, schemasAt } from './expected.ts';
import type { KeyPath, Problem } from './problem.ts';
import { byPlace, writeKey } from './problem.ts';
import { nearest } from './suggest.ts';
import type { YamlSource } from './yaml-source.ts';

export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

type Issue = z.core.$ZodIssue;

/** What a file is read against: the file that a problem is told in, and the form of what people write. */
interface Reading {
  readonly source: YamlSource;
  readonly data: unknown;
  readonly form: JsonSchema;
}

/** Checks a file, or `data` that was made from it, against a schema; tells all that is wrong, in the file's places. */
export function checkSchema<S extends z.ZodType>(
  schema: S,
  source: YamlSource,
  data: unknown = source.data,
): Checked<z.output<S>> {
  if (source.problems.length > 0) return { ok: false, problems: source.problems };
  const result = schema.safeParse(data ?? {});
  if (result.success) return { ok: true, value: result.data };
  const reading = { source, data, form: inputSchemaOf(schema) };
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, issue.path as KeyPath, reading));
  return { ok: false, problems: problems.toSorted(byPlace) };
}

function problemsOf(issue: Issue, path: KeyPath, reading: Reading): readonly Problem[] {
  const { source, data } = reading;
  const value = valueAt(data, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path, reading));
    case 'invalid_key':
      return [
        source.keyProblem(path, 'is not a valid name', `give ${issue.issues[0]?.message ?? 'another name'}`),
      ];
    case 'invalid_union': {
      const deeper = issue.errors.find(
        (branch) => branch.length > 0 && branch.every(({ path: at }) => at.length > 0),
      );
      if (deeper !== undefined && value !== undefined) {
        return deeper.flatMap((inner) => problemsOf(inner, [...path, ...(inner.path as KeyPath)], reading));
      }
      return [source.problem(path, whatIsWrong(value), wanted(reading, path))];
    }
    case 'custom':
      return [source.problem(path, asClause(issue.message), wanted(reading, path))];
    default:
      return [source.problem(path, whatIsWrong(value), wanted(reading, path))];
  }
}

function unknownKey(key: string, path: KeyPath, { source, data, form }: Reading): Problem {
  const known = knownKeys(schemasAt(form, path, data));
  const meant = nearest(key, known);
  const hint = meant === undefined ? `it can have ${known.join(', ')}` : `did you mean \`${meant}\`?`;
  const place = path.length === 0 ? 'this file' : `\`${writeKey(path)}\``;
  return source.keyProblem([...path, key], `is not a key of ${place}`, hint);
}

const wanted = ({ form, data }: Reading, path: KeyPath): string =>
  `give ${describeExpected(schemasAt(form, path, data))}`;

const asClause = (sentence: string): string =>
  sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '');

function whatIsWrong(value: unknown): string {
  if (value === undefined) return 'is missing';
  if (value === null) return 'is empty';
  if (Array.isArray(value)) return value.length === 0 ? 'is an empty list' : 'is a list';
  if (typeof value === 'object') return `is a mapping with ${Object.keys(value).join(', ') || 'no keys'}`;
  return `is ${JSON.stringify(value)}`;
}

/** The plain value at a path; undefined where there is none. */
export const valueAt = (data: unknown, path: KeyPath): unknown =>
  path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part)
        ? (value as Readonly<Record<string, unknown>>)[part]
        : undefined,
    data,
  );
