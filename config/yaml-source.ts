import type { Document, Pair, YAMLMap } from 'yaml';
import { LineCounter, isAlias, isMap, isNode, isPair, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { KeyPath, Problem } from './problem.ts';
import { writeKey } from './problem.ts';

/** A YAML file that remembers where everything in it stands. */
export interface YamlSource {
  readonly file: string;
  /** Plain values; null for an empty file or one that is not YAML. */
  readonly data: unknown;
  /** What is wrong with the YAML itself. */
  readonly problems: readonly Problem[];
  /** A problem with the value at `path`, or with the nearest thing above it that is in the file. */
  readonly problem: (path: KeyPath, message: string, hint: string) => Problem;
  /** A problem with the last key of `path` itself. */
  readonly keyProblem: (path: KeyPath, message: string, hint: string) => Problem;
}

/**
 * Reads YAML. Below the keys in `verbatim` (in lists there, too), numbers and booleans become the text that stands in the file, so that
 * `VERSION: 3.10` stays 3.10.
 */
export function readYaml(file: string, text: string, verbatim: readonly string[] = []): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const problemAt = (offset: number, key: string, message: string, hint: string): Problem => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col), key, message, hint };
  };
  const resolve = (node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);
  visit(document, {
    Pair: (_, pair) => {
      if (isScalar(pair.key) && verbatim.includes(String(pair.key.value)) && isMap(pair.value))
        keepText(pair.value);
    },
  });
  const broken = (offset: number, reason: string): Problem =>
    problemAt(offset, '', `is not YAML: ${firstLine(reason)}`, 'mend the syntax; nesting is by spaces');
  const plain = toPlain(document);
  return {
    file,
    data: plain.data,
    problems: plain.errors.filter(isOwnFault).map(({ offset, reason }) => broken(offset, reason)),
    problem: (path, message, hint) =>
      problemAt(offsetOf(document.contents, path, resolve).value, writeKey(path), message, hint),
    keyProblem: (path, message, hint) =>
      problemAt(offsetOf(document.contents, path, resolve).key, writeKey(path), message, hint),
  };
}

interface Fault {
  readonly offset: number;
  readonly reason: string;
  readonly code?: string;
}

/** The plain values of a document, or why it has none. */
function toPlain(document: Document): { readonly data: unknown; readonly errors: readonly Fault[] } {
  const errors = document.errors.map(({ pos, message, code }) => ({ offset: pos[0], reason: message, code }));
  if (errors.length > 0) return { data: null, errors };
  try {
    return { data: document.toJS() as unknown, errors: [] };
  } catch (error) {
    return {
      data: null,
      errors: [{ offset: 0, reason: error instanceof Error ? error.message : String(error) }],
    };
  }
}

/** After a first fault in the syntax the parser finds others that are its consequences. */
const isOwnFault = ({ code }: Fault, index: number): boolean => index === 0 || code === 'DUPLICATE_KEY';

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? text;

function keepText(map: YAMLMap): void {
  for (const { value } of map.items) {
    for (const scalar of isSeq(value) ? value.items : [value]) {
      if (isScalar(scalar) && (typeof scalar.value === 'number' || typeof scalar.value === 'boolean')) {
        scalar.value = scalar.source ?? String(scalar.value);
      }
    }
  }
}

interface Offsets {
  readonly key: number;
  /** A scalar is pointed at itself, a mapping or a list at its key. */
  readonly value: number;
}

/** Where the last part of `path` that is in the file stands. */
function offsetOf(root: unknown, path: KeyPath, resolve: (node: unknown) => unknown): Offsets {
  let node = resolve(root);
  let offsets: Offsets = { key: 0, value: 0 };
  for (const part of path) {
    const found = isMap(node) ? pairOf(node, part) : isSeq(node) ? node.items[Number(part)] : undefined;
    if (found === undefined) return offsets;
    const value = isPair(found) ? found.value : found;
    const key = startOf(isPair(found) ? found.key : found) ?? offsets.key;
    offsets = { key, value: isPair(found) && !hasText(value) ? key : (startOf(value) ?? key) };
    node = resolve(value);
  }
  return offsets;
}

const startOf = (node: unknown): number | undefined => (isNode(node) ? node.range?.[0] : undefined);

const pairOf = (map: YAMLMap, key: string | number): Pair | undefined =>
  map.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === String(key));

const hasText = (node: unknown): boolean => isScalar(node) && node.source !== undefined && node.source !== '';
