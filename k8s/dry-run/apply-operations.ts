import { canonicalJson } from '../../core/canonical-json.ts';
import { LonghaulError } from '../../core/errors.ts';
import type { Manifest, PatchOperation } from '../api/cluster.ts';

/** The object with a JSON Patch done to it, as the API server does it. @throws LonghaulError Conflict where a `test` fails */
export function applyOperations(object: Manifest, operations: readonly PatchOperation[]): Manifest {
  return operations.reduce((now, operation) => {
    const path = operation.path.split('/').slice(1).map(unescaped);
    return changed(now, path, operation) as Manifest;
  }, object);
}

const unescaped = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

function changed(value: unknown, [first, ...rest]: readonly string[], operation: PatchOperation): unknown {
  if (first === undefined) return operation.op === 'remove' ? undefined : checked(value, operation);
  if (Array.isArray(value)) return changedList(value, first, rest, operation);
  const fields = isFields(value) ? value : {};
  const inner = changed(fields[first], rest, operation);
  const { [first]: _, ...others } = fields;
  return inner === undefined ? others : { ...fields, [first]: inner };
}

/** `add` at an index puts in front of what is there; `-` is the end. */
function changedList(
  list: readonly unknown[],
  first: string,
  rest: readonly string[],
  operation: PatchOperation,
): readonly unknown[] {
  const index = first === '-' ? list.length : Number(first);
  const isEnd = rest.length === 0;
  if (isEnd && operation.op === 'add') return list.toSpliced(index, 0, operation.value);
  if (isEnd && operation.op === 'remove') return list.toSpliced(index, 1);
  return list.with(index, changed(list[index], rest, operation));
}

function checked(value: unknown, operation: Exclude<PatchOperation, { readonly op: 'remove' }>): unknown {
  if (operation.op !== 'test') return operation.value;
  if (canonicalJson(value ?? null) === canonicalJson(operation.value ?? null)) return value;
  throw new LonghaulError('Conflict', `Another write came first: ${operation.path} is not as it was read.`);
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
