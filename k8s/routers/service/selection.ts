import { canonicalJson } from '../../../core/canonical-json.ts';
import { LonghaulError } from '../../../core/errors.ts';
import type { Manifest, PatchOperation } from '../../api/cluster.ts';
import { keys } from '../../names.ts';
import { markOf, markText } from '../weight-mark.ts';
import type { WeightMark } from '../weight-mark.ts';
import { mendOf, whoWrote, writerWords } from '../who-wrote.ts';
import { selectorOf } from './slot-service.ts';

/** Label by which a Service tells arms apart. */
export type SlotKey = typeof keys.track | typeof keys.colour;

/** The slot that a Service selects; null: all of them. */
export const selectedBy = (service: Manifest, key: SlotKey): string | null => {
  const value = selectorOf(service)[key];
  return typeof value === 'string' ? value : null;
};

/**
 * One patch that lets the Service select the slot, and says why; it is refused where the selector is no longer the one
 * that was read. Other labels of the selector stay. Empty where nothing would change.
 */
export function selectionPatch(
  service: Manifest,
  key: SlotKey,
  slot: string | null,
  mark: WeightMark,
): readonly PatchOperation[] {
  const now = selectorOf(service);
  const { [key]: _, ...others } = now;
  const next = slot === null ? others : { ...others, [key]: slot };
  return [
    ...(canonicalJson(next) === canonicalJson(now)
      ? []
      : [{ op: 'replace', path: '/spec/selector', value: next } as const]),
    ...markOperations(service, markText(mark)),
  ].flatMap((operation, index) =>
    index === 0 ? [{ op: 'test', path: '/spec/selector', value: now }, operation] : [operation],
  );
}

/** The selector and the mark as in a snapshot; other labels of the selector that others have changed since stay. */
export function restorationPatch(
  now: Manifest,
  then: Manifest,
  key: SlotKey,
): { readonly operations: readonly PatchOperation[]; readonly kept: boolean } {
  const mark = markOf(then);
  const { [key]: _, ...nowOthers } = selectorOf(now);
  const { [key]: __, ...thenOthers } = selectorOf(then);
  const operations = selectionPatch(now, key, selectedBy(then, key), mark ?? { arm: null, weight: 0 });
  return {
    operations: mark === null ? withoutMark(now, operations) : operations,
    kept: canonicalJson(nowOthers) !== canonicalJson(thenOthers),
  };
}

/** What somebody else has let the Service select since Longhaul's last write. */
export function foreignSelection(
  service: Manifest,
  key: SlotKey,
  expected: string | null,
): LonghaulError | null {
  const mark = markOf(service);
  const selected = selectedBy(service, key);
  if (mark === null || selected === expected) return null;
  const field = ['spec', 'selector'];
  const writer = whoWrote(service, field);
  return new LonghaulError(
    'Conflict',
    `Service ${service.metadata.name} was changed: Longhaul had set ${mark.weight} %, so that it selects ${words(key, expected)}, ` +
      `and it now selects ${words(key, selected)}${writerWords(writer)}.`,
    { mend: mendOf(service, field, writer) },
  );
}

/** The same found a moment after a write: an undo tries again. */
export const notStanding = ({ said, mend }: LonghaulError, force: boolean): LonghaulError =>
  new LonghaulError(force ? 'NotVerified' : 'Conflict', said, mend === undefined ? {} : { mend });

const words = (key: SlotKey, slot: string | null): string => (slot === null ? 'all arms' : `${key}: ${slot}`);

const markPath = `/metadata/annotations/${keys.weight.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** Annotations that are made meanwhile by somebody else would be lost with the whole map: then the version is tested, too. */
function markOperations({ metadata }: Manifest, text: string): readonly PatchOperation[] {
  if (metadata.annotations?.[keys.weight] === text) return [];
  if (metadata.annotations !== undefined) return [{ op: 'add', path: markPath, value: text }];
  return [
    { op: 'test', path: '/metadata/resourceVersion', value: metadata.resourceVersion },
    { op: 'add', path: '/metadata/annotations', value: { [keys.weight]: text } },
  ];
}

const withoutMark = (
  { metadata }: Manifest,
  operations: readonly PatchOperation[],
): readonly PatchOperation[] => {
  const selecting = operations.filter(({ path }) => path === '/spec/selector');
  if (metadata.annotations?.[keys.weight] !== undefined)
    return [...selecting, { op: 'remove', path: markPath }];
  return selecting.some(({ op }) => op !== 'test') ? selecting : [];
};
