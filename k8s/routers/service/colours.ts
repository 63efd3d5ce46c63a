import type { Manifest } from '../../api/cluster.ts';
import { keys, namesOf } from '../../names.ts';
import type { Colour } from '../../names.ts';
import { markOf } from '../weight-mark.ts';
import { selectedBy } from './selection.ts';

export const other = (colour: Colour): Colour => (colour === 'blue' ? 'green' : 'blue');

/** Which colour is whose, by the track label of the two Deployments. */
export interface Colours {
  readonly stable: Colour | null;
  readonly candidate: Colour | null;
}

export function coloursOf(service: string, deployments: readonly Manifest[]): Colours {
  const onTrack = (track: string): Colour | null =>
    (['blue', 'green'] as const).find((colour) =>
      deployments.some(
        ({ metadata }) =>
          metadata.name === namesOf(service).deployment(colour) && metadata.labels?.[keys.track] === track,
      ),
    ) ?? null;
  return { stable: onTrack('stable'), candidate: onTrack('candidate') };
}

/**
 * Which colour the Service selects at a weight of 0 or 100. Where nobody is stable, the one that the candidate is not;
 * where nobody is anything, the one that is selected: a first candidate comes up blue.
 */
export function colourAt(weight: number, { stable, candidate }: Colours, service: Manifest): Colour {
  if (weight === 100 && candidate !== null) return candidate;
  if (stable !== null) return stable;
  if (candidate !== null) return other(candidate);
  return selectedBy(service, keys.colour) === 'blue' && markOf(service) !== null ? 'blue' : 'green';
}

/** Percent of the candidate, by the colour that is selected. */
export const weightOfColours = (service: Manifest, { candidate }: Colours): number =>
  candidate !== null && selectedBy(service, keys.colour) === candidate ? 100 : 0;
