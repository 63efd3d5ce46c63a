/** What a schema wants at a place, in words; read from its JSON Schema. */
import { z } from 'zod';
import type { KeyPath } from './problem.ts';

export type JsonSchema = z.core.JSONSchema.JSONSchema;

/** The JSON Schema of what people write: before defaults and conversions. */
export const inputSchemaOf = (schema: z.ZodType): JsonSchema => z.toJSONSchema(schema, { io: 'input' });

/**
 * The parts of the schema that speak of `path`: several where there are alternatives, none for an unknown key. Of
 * alternatives that a key tells apart, such as `target: local`, the one that `data` has.
 */
export function schemasAt(root: JsonSchema, path: KeyPath, data?: unknown): readonly JsonSchema[] {
  let schemas: readonly JsonSchema[] = [root];
  let value = data;
  for (const part of path) {
    schemas = schemas.flatMap((schema) => meantBy(value, schema)).flatMap((schema) => childOf(schema, part));
    value = valueOf(value, part);
  }
  return schemas.flatMap((schema) => (schema.oneOf === undefined ? [schema] : meantBy(value, schema)));
}

const valueOf = (value: unknown, key: string | number): unknown =>
  typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string | number, unknown>>)[key]
    : undefined;

function meantBy(value: unknown, schema: JsonSchema): readonly JsonSchema[] {
  const all = alternatives(schema);
  const fitting = all.filter(({ properties = {} }) =>
    Object.entries(properties).every(
      ([key, property]) =>
        typeof property === 'boolean' ||
        property.const === undefined ||
        property.const === valueOf(value, key),
    ),
  );
  return fitting.length === 0 ? all : fitting;
}

/** The schemas of which one has to hold. */
export function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  const choices = schema.anyOf ?? schema.oneOf;
  return choices === undefined ? [schema] : choices.flatMap(alternatives);
}

function childOf(schema: JsonSchema, part: string | number): readonly JsonSchema[] {
  const child =
    typeof part === 'number' ? schema.items : (schema.properties?.[part] ?? schema.additionalProperties);
  return typeof child === 'object' && !Array.isArray(child) ? [child] : [];
}

/** Keys that a mapping at this place may have; empty where any name goes. */
export const knownKeys = (schemas: readonly JsonSchema[]): readonly string[] =>
  schemas.flatMap(alternatives).flatMap((schema) => Object.keys(schema.properties ?? {}));

/** What would be right: `a whole number from 1 to 65535`, `one of \`hold\`, \`rollBack\``. */
export function describeExpected(schemas: readonly JsonSchema[]): string {
  const words = schemas.map(describe);
  return [...new Set(words)].join(', or ');
}

function describe(schema: JsonSchema): string {
  if (schema.title !== undefined) return schema.title;
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return describeExpected(choices);
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum !== undefined) return `one of ${schema.enum.map(code).join(', ')}`;
  switch (schema.type) {
    case 'integer':
    case 'number':
      return `${schema.type === 'integer' ? 'a whole number' : 'a number'}${describeRange(schema)}`;
    case 'boolean':
      return '`true` or `false`';
    case 'array':
      return 'a list';
    case 'object':
      return describeMapping(Object.keys(schema.properties ?? {}));
    default:
      return 'text';
  }
}

const code = (value: unknown): string => `\`${String(value)}\``;

function describeRange({ minimum, maximum }: JsonSchema): string {
  const from = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const to = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (from !== undefined && to !== undefined) return ` from ${from} to ${to}`;
  if (from !== undefined) return ` of at least ${from}`;
  return to === undefined ? '' : ` of at most ${to}`;
}

const describeMapping = (keys: readonly string[]): string =>
  keys.length === 0
    ? 'a mapping'
    : `a mapping with ${keys.length > 4 ? 'keys such as ' : ''}${keys.slice(0, 4).map(code).join(', ')}`;
