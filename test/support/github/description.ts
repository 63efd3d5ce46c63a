import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

/** JSON of an answer or a body. */
export type Json = Readonly<Record<string, unknown>>;

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly [keyword: string]: unknown;
}
interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}
interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly (Parameter | Ref)[];
  readonly requestBody?: Content & { readonly required?: boolean };
  readonly responses: Readonly<Record<string, Content | Ref>>;
}
interface Ref {
  readonly $ref: string;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, unknown>>;
    readonly parameters: Readonly<Record<string, Parameter>>;
    readonly responses: Readonly<Record<string, Content>>;
    readonly examples: Readonly<Record<string, { readonly value: unknown }>>;
  };
}

/** An operation of GitHub's API that a request asks for. */
export interface Described {
  /** Such as `checks/create`. */
  readonly id: string;
  /** As the description writes it, such as `POST /repos/{owner}/{repo}/check-runs`. */
  readonly route: string;
  readonly params: Readonly<Record<string, string>>;
  readonly operation: Operation;
}

interface Description {
  readonly document: Document;
  readonly ajv: Ajv;
  readonly validators: Map<string, ValidateFunction>;
}

let loaded: Description | undefined;

/** GitHub's published description, read when it is first needed: 13 MB, in less than a second. */
function description(): Description {
  if (loaded !== undefined) return loaded;
  const file = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json');
  const document = JSON.parse(readFileSync(file, 'utf8')) as Document;
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false, validateSchema: false });
  addFormats.default(ajv);
  // The description gives some of them the default ``, and GitHub answers it.
  ajv.addFormat('uri', (text) => text === '' || URL.canParse(text));
  ajv.addSchema({ components: { schemas: asJsonSchema(document.components.schemas) } }, 'github');
  loaded = { document, ajv, validators: new Map() };
  return loaded;
}

/** OpenAPI 3.0 says `nullable` where JSON Schema knows only types; references get the document's name. */
function asJsonSchema(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(asJsonSchema);
  if (node === null || typeof node !== 'object') return node;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string' ? `github${value}` : asJsonSchema(value),
    ]),
  );
  if (nullable !== true) return nullable === undefined || nullable === false ? rest : { nullable, ...rest };
  return { anyOf: [rest, { type: 'null' }] };
}

/** The operation that the description has for a request; null when it has none. */
export function describedOperation(method: string, path: string): Described | null {
  const { paths } = description().document;
  const found = Object.entries(paths).flatMap(([template, operations]) => {
    const operation = operations[method.toLowerCase()];
    const params = operation === undefined ? null : matched(template, path);
    return operation === undefined || params === null
      ? []
      : [{ id: operation.operationId, route: `${method} ${template}`, params, operation }];
  });
  return found.sort((a, b) => variablesOf(a) - variablesOf(b))[0] ?? null;
}

const variablesOf = ({ params }: Described): number => Object.keys(params).length;

function matched(template: string, path: string): Readonly<Record<string, string>> | null {
  const wanted = template.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? '';
    const name = /^\{(.+)\}$/.exec(part)?.[1];
    if (name === undefined ? part !== value : value === '') return null;
    if (name !== undefined) params[name] = decodeURIComponent(value);
  }
  return params;
}

/** All that is wrong with a request, by the description; none: it conforms. */
export function problemsOfRequest(
  { operation, params, route }: Described,
  given: {
    readonly query: Readonly<Record<string, string>>;
    readonly contentType: string | undefined;
    readonly body: unknown;
  },
): readonly string[] {
  const { document } = description();
  const parameters = (operation.parameters ?? []).map((parameter) =>
    '$ref' in parameter ? resolved(document.components.parameters, parameter) : parameter,
  );
  const named = new Map(parameters.map((parameter) => [`${parameter.in} ${parameter.name}`, parameter]));
  const values = [
    ...Object.entries(params).map(([name, value]) => ['path', name, value] as const),
    ...Object.entries(given.query).map(([name, value]) => ['query', name, value] as const),
  ];
  const missing = parameters.filter(
    (parameter) =>
      parameter.in === 'query' && parameter.required === true && !(parameter.name in given.query),
  );
  return [
    ...missing.map(({ name }) => `query parameter ${name} is missing`),
    ...values.flatMap(([where, name, value]) => {
      const parameter = named.get(`${where} ${name}`);
      if (parameter === undefined) return [`${where} parameter ${name} is not described`];
      const { schema } = parameter;
      return problemsBy(`${route} ${where} ${name}`, schema, asTyped(schema, value)).map(
        (problem) => `${where} parameter ${name} (${value}): ${problem}`,
      );
    }),
    ...problemsOfBody(operation, route, given),
  ];
}

function problemsOfBody(
  operation: Operation,
  route: string,
  { body, contentType }: { readonly contentType: string | undefined; readonly body: unknown },
): readonly string[] {
  const { requestBody } = operation;
  if (body === undefined) return requestBody?.required === true ? ['it needs a body'] : [];
  if (requestBody === undefined) return ['it has a body, and the description knows of none'];
  const type = contentType?.split(';')[0]?.trim() ?? 'none';
  const schema = requestBody.content?.[type]?.schema;
  if (schema === undefined) return [`content type ${type} is not described`];
  const known = propertiesOf(schema);
  const unknown =
    known === null || body === null || typeof body !== 'object'
      ? []
      : Object.keys(body).filter((name) => !known.has(name));
  return [
    ...unknown.map((name) => `body/${name} is not described`),
    ...problemsBy(`${route} body`, schema, body).map((problem) => `body${problem}`),
  ];
}

/** Names that an object may have at its top; null: any. */
function propertiesOf(schema: Schema): ReadonlySet<string> | null {
  const parts = [schema['oneOf'], schema['anyOf'], schema['allOf']]
    .filter((part) => Array.isArray(part))
    .flat() as Schema[];
  const all = [schema, ...parts];
  if (all.some((part) => '$ref' in part || part.properties === undefined)) {
    if (parts.length === 0 || schema.properties === undefined) return null;
  }
  return new Set(all.flatMap(({ properties = {} }) => Object.keys(properties)));
}

/** All that is wrong with an answer. One of an error is GitHub's error where the operation describes none. */
export function problemsOfAnswer(
  { operation, route }: Described,
  status: number,
  body: unknown,
): readonly string[] {
  const { responses } = description().document.components;
  const described = operation.responses[String(status)];
  if (described === undefined) {
    return status >= 400
      ? problemsBy('error', { $ref: '#/components/schemas/basic-error' }, body)
      : [`status ${status} is not described`];
  }
  const response = '$ref' in described ? resolved(responses, described) : described;
  const schema = response.content?.['application/json']?.schema;
  if (schema === undefined) return body === undefined || status >= 400 ? [] : ['the answer has a body'];
  return problemsBy(`${route} ${status}`, schema, body).map((problem) => `answer${problem}`);
}

function resolved<T>(components: Readonly<Record<string, T>>, { $ref }: Ref): T {
  const found = components[$ref.split('/').at(-1) ?? ''];
  if (found === undefined) throw new Error(`GitHub's description has no ${$ref}.`);
  return found;
}

function asTyped({ type }: Schema, value: string): unknown {
  if (type === 'integer' || type === 'number') return /^-?\d+$/.test(value) ? Number(value) : value;
  if (type === 'boolean') return value === 'true' ? true : value === 'false' ? false : value;
  return value;
}

function problemsBy(key: string, schema: Schema, value: unknown): readonly string[] {
  const { ajv, validators } = description();
  const validate = validators.get(key) ?? ajv.compile(asJsonSchema(schema) as object);
  validators.set(key, validate);
  if (validate(value)) return [];
  return (validate.errors ?? [])
    .filter(({ instancePath, keyword }) => keyword !== 'type' || !answeredNull.test(instancePath))
    .map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
}

/** Of a pull request whose fork is gone GitHub answers null, which its description of a single one leaves out. */
const answeredNull = /^\/head\/(repo|user)$/;

/** A fresh copy of the description's own example, such as `pull-request`; of a list, its first. */
export function example(name: string): Json {
  const value = description().document.components.examples[name]?.value;
  const one: unknown = Array.isArray(value) ? value[0] : value;
  if (one === undefined) throw new Error(`GitHub's description has no example ${name}.`);
  return structuredClone(one) as Json;
}
