import type { Manifest } from '../api/cluster.ts';
import { fieldManager } from '../names.ts';

/** Who has last written a field, as the API server keeps it. */
export interface Writer {
  readonly manager: string;
  /** ISO time. */
  readonly at: string | null;
}

/** The newest writer of the field, such as `['spec', 'http']`, who is not Longhaul; null where none is known. */
export function whoWrote(object: Manifest, field: readonly string[]): Writer | null {
  return writersOf(object, field).find(({ manager }) => manager !== fieldManager) ?? null;
}

/** The newest first. */
function writersOf({ metadata }: Manifest, field: readonly string[]): readonly Writer[] {
  const entries = Array.isArray(metadata['managedFields']) ? (metadata['managedFields'] as unknown[]) : [];
  const writers = entries
    .filter(isEntry)
    .filter(({ fieldsV1 }) => holds(fieldsV1, field))
    .map(({ manager, time }) => ({ manager, at: time ?? null }));
  return writers.toSorted((a, b) => (b.at ?? '').localeCompare(a.at ?? ''));
}

/** The same, where Longhaul has not written the field since. */
export function changedByOthers(object: Manifest, field: readonly string[]): Writer | null {
  const other = whoWrote(object, field);
  const own = writersOf(object, field).find(({ manager }) => manager === fieldManager);
  return other === null || (own !== undefined && (own.at ?? '') >= (other.at ?? '')) ? null : other;
}

/** `, written by kubectl-edit at 2026-01-01T00:00:00Z`; empty where nobody is known. */
export const writerWords = (writer: Writer | null): string =>
  writer === null ? '' : `, written by ${writer.manager}${writer.at === null ? '' : ` at ${writer.at}`}`;

/**
 * How to mend a weight that somebody else has set: for a controller that keeps the object as it is in Git, what it
 * needs so that it leaves the field alone.
 */
export function mendOf(object: Manifest, field: readonly string[], writer: Writer | null): string {
  const keeper = keeperOf(object, writer);
  const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : '';
  if (keeper === 'Argo CD')
    return (
      `Argo CD keeps it as in Git: add {group: "${group}", kind: ${object.kind}, jsonPointers: [/${field.join('/')}]} to ` +
      'spec.ignoreDifferences of its Application and RespectIgnoreDifferences=true to syncPolicy.syncOptions.'
    );
  if (keeper === 'Flux')
    return (
      'Flux keeps it as in Git: annotate it there with "kustomize.toolkit.fluxcd.io/ssa: IfNotPresent" ' +
      `(of a HelmRelease: spec.driftDetection.ignore with paths: [/${field.join('/')}]).`
    );
  return (
    'Whoever wrote it, a person or a controller that keeps it as in Git, has to leave the weights to Longhaul while a ' +
    'release runs; an undo overwrites them.'
  );
}

function keeperOf({ metadata }: Manifest, writer: Writer | null): 'Argo CD' | 'Flux' | null {
  const manager = writer?.manager ?? '';
  if (manager.startsWith('argocd')) return 'Argo CD';
  if (/^(kustomize|helm)-controller$/.test(manager)) return 'Flux';
  const marks = [...Object.keys(metadata.labels ?? {}), ...Object.keys(metadata.annotations ?? {})];
  if (marks.some((key) => key.startsWith('argocd.argoproj.io/'))) return 'Argo CD';
  if (marks.some((key) => /^(kustomize|helm)\.toolkit\.fluxcd\.io\//.test(key))) return 'Flux';
  return null;
}

interface Entry {
  readonly manager: string;
  readonly time?: string;
  readonly fieldsV1: unknown;
}

const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && 'manager' in value && typeof value.manager === 'string';

/** `fieldsV1` writes a field as `f:name`. */
const holds = (fields: unknown, [first, ...rest]: readonly string[]): boolean => {
  if (first === undefined) return true;
  if (typeof fields !== 'object' || fields === null) return false;
  const inner = (fields as Readonly<Record<string, unknown>>)[`f:${first}`];
  return inner !== undefined && holds(inner, rest);
};
