import type { Manifest } from '../../api/cluster.ts';
import { keys, namesOf } from '../../names.ts';
import type { Colour } from '../../names.ts';
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
 * Which colour the Service selects at a weight of 0 or 100. Where nobody is stable yet, the one that the first
 * candidate is not: it comes up blue.
 */
export const colourAt = (weight: number, { stable, candidate }: Colours): Colour => {
  const first = candidate ?? (stable === null ? 'blue' : other(stable));
  return weight === 100 ? first : (stable ?? other(first));
};

/** Percent of the candidate, by the colour that is selected. */
export const weightOfColours = (service: Manifest, { candidate }: Colours): number =>
  candidate !== null && selectedBy(service, keys.colour) === candidate ? 100 : 0;
