import { LonghaulError } from '../../../core/errors.ts';
import type { Track } from '../../../core/serving.ts';
import type { Manifest } from '../../api/cluster.ts';
import { keys } from '../../names.ts';
import { fieldsOf, listOf } from '../split/dialect.ts';
import type { Fields } from '../split/dialect.ts';
import type { Restored } from '../split/restore-object.ts';
import { canonicalJson } from '../../../core/canonical-json.ts';

const tracks: readonly Track[] = ['stable', 'candidate'];

/**
 * The DestinationRule with a subset a track. Traffic policies and the users' own subsets stay.
 *
 * @throws LonghaulError Conflict where a subset of that name selects something else
 */
export function withSubsets(rule: Manifest): Manifest {
  const spec = fieldsOf(rule, 'spec');
  const subsets = listOf(spec, 'subsets');
  const missing = tracks.filter((track) => {
    const subset = subsets.find(({ name }) => name === track);
    if (subset !== undefined) refuseOther(rule, track, fieldsOf(subset, 'labels'));
    return subset === undefined;
  });
  if (missing.length === 0) return rule;
  return { ...rule, spec: { ...spec, subsets: [...subsets, ...missing.map(subsetOf)] } };
}

/** The DestinationRule as it was, or, where others have changed their part since, as it is: subsets do no harm. */
export function restoredSubsets(now: Manifest, then: Manifest): Restored {
  const kept = canonicalJson(bare(now)) !== canonicalJson(bare(then));
  return { object: kept ? now : { ...now, spec: then['spec'] }, kept };
}

export const subsetOf = (track: Track): Fields => ({ name: track, labels: { [keys.track]: track } });

const bare = (rule: Manifest): Fields => {
  const spec = fieldsOf(rule, 'spec');
  const others = listOf(spec, 'subsets').filter(
    (subset) => !tracks.some((track) => canonicalJson(subset) === canonicalJson(subsetOf(track))),
  );
  const { subsets: _, ...policy } = spec;
  return { policy, others };
};

function refuseOther({ metadata }: Manifest, track: Track, labels: Fields): void {
  if (labels[keys.track] === track) return;
  throw new LonghaulError(
    'Conflict',
    `The subset ${track} of DestinationRule ${metadata.name} selects ${JSON.stringify(labels)}, not the pods of that track.`,
    { mend: `Let it select ${keys.track}: ${track}, or give it another name.` },
  );
}
