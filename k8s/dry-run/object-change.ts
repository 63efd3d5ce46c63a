import { stringify } from 'yaml';
import { canonicalJson } from '../../core/canonical-json.ts';
import { unifiedDiff } from '../../core/unified-diff.ts';
import type { Manifest } from '../api/cluster.ts';
import { keys } from '../names.ts';
import { isFields, withoutServerFields } from '../target/comparable.ts';
import type { WouldBe } from './dry-run-cluster.ts';

/** What would become of one object. */
export interface ObjectChange {
  readonly kind: string;
  readonly name: string;
  readonly change: 'created' | 'changed' | 'unchanged' | 'removed';
  /** Hunks as of `diff -u` over its YAML; empty where it stays as it is. */
  readonly diff: readonly string[];
}

/** What would become of an object, as people read it: without what servers write, and without values of Secrets. */
export function objectChange({ before, after }: WouldBe): ObjectChange {
  const object = after ?? before;
  const [old, next] = shownPair(before, after);
  const diff = unifiedDiff(yamlLines(old), yamlLines(next));
  return {
    kind: object?.kind ?? '',
    name: object?.metadata.name ?? '',
    change:
      before === null ? 'created' : after === null ? 'removed' : diff.length > 0 ? 'changed' : 'unchanged',
    diff,
  };
}

function shownPair(
  before: Manifest | null,
  after: Manifest | null,
): readonly [Manifest | null, Manifest | null] {
  const [old, next] = [before, after].map((object) => (object === null ? null : shown(object)));
  if (old?.kind !== 'Secret' && next?.kind !== 'Secret') return [old ?? null, next ?? null];
  return [masked(old ?? null, next ?? null, ' (before)'), masked(next ?? null, old ?? null, ' (after)')];
}

const yamlLines = (object: Manifest | null): readonly string[] =>
  object === null
    ? []
    : stringify(object, { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false })
        .trimEnd()
        .split('\n');

/** kubectl keeps the whole object in here, which says all twice, values of Secrets included. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

function shown(object: Manifest): Manifest {
  const bare = withoutServerFields(object);
  const { annotations = {}, ...metadata } = bare.metadata;
  const { [lastApplied]: _, [keys.spec]: spec, ...others } = annotations;
  const told = { ...others, ...(spec === undefined ? {} : { [keys.spec]: armWords(spec) }) };
  return {
    ...bare,
    metadata: { ...metadata, ...(Object.keys(told).length === 0 ? {} : { annotations: told }) },
  };
}

/** The arm's id stands for the whole of it: it is made from the rest. */
function armWords(text: string): string {
  try {
    const arm: unknown = JSON.parse(text);
    return isFields(arm) && typeof arm['id'] === 'string' ? `… of ${arm['id']}` : '…';
  } catch {
    return '…';
  }
}

/** Every value of a Secret as stars; one that is not the same on the other side says on which side it is. */
function masked(object: Manifest | null, other: Manifest | null, side: string): Manifest | null {
  if (object === null) return null;
  const hidden = ['data', 'stringData'].flatMap((field): readonly (readonly [string, unknown])[] => {
    const values = object[field];
    if (!isFields(values)) return [];
    const others = isFields(other?.[field]) ? other[field] : {};
    const stars = Object.entries(values).map(([name, value]): readonly [string, string] => {
      const isSame = !(name in others) || canonicalJson(value) === canonicalJson(others[name]);
      return [name, `***${isSame ? '' : side}`];
    });
    return [[field, Object.fromEntries(stars)]];
  });
  return { ...object, ...Object.fromEntries(hidden) };
}
