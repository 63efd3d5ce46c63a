import type { Manifest } from '../api/cluster.ts';
import { keys } from '../names.ts';
import type { Colour } from '../names.ts';

/** What Longhaul has set last, kept as an annotation of the routing object. */
export interface WeightMark {
  readonly arm: string | null;
  readonly weight: number;
  /** What the Service was let select, where colours are switched. */
  readonly colour?: Colour;
}

/** Null where Longhaul has set nothing yet, or the annotation is no mark. */
export function markOf({ metadata }: Manifest): WeightMark | null {
  const text = metadata.annotations?.[keys.weight];
  if (text === undefined) return null;
  try {
    const mark: unknown = JSON.parse(text);
    return isMark(mark) ? mark : null;
  } catch {
    return null;
  }
}

/** The object with the mark; null takes it away, and the annotations with it where it was the only one. */
export function withMark<T extends Manifest>(object: T, mark: WeightMark | null): T {
  const { annotations, ...metadata } = object.metadata;
  const { [keys.weight]: _, ...others } = annotations ?? {};
  const next = mark === null ? others : { ...others, [keys.weight]: markText(mark) };
  const some = Object.keys(next).length > 0;
  return { ...object, metadata: some ? { ...metadata, annotations: next } : metadata };
}

export const markText = ({ arm, weight, colour }: WeightMark): string =>
  JSON.stringify({ arm, weight, ...(colour === undefined ? {} : { colour }) });

const isMark = (value: unknown): value is WeightMark =>
  typeof value === 'object' &&
  value !== null &&
  'weight' in value &&
  typeof value.weight === 'number' &&
  'arm' in value &&
  (value.arm === null || typeof value.arm === 'string');
