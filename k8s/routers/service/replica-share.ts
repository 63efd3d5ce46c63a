import type { ReadyBySlot } from './endpoints.ts';

/** Which track the Service selects at a weight; null: both, so that the replicas decide. */
export const trackAt = (weight: number): 'stable' | 'candidate' | null =>
  weight === 0 ? 'stable' : weight === 100 ? 'candidate' : null;

/** Percent of the ready replicas that are the candidate's. */
export const shareOf = ({ stable = 0, candidate = 0 }: ReadyBySlot): number =>
  candidate === 0 ? 0 : (100 * candidate) / (stable + candidate);

/** Whether the Service's endpoints are those of a weight. An arm that is taken out has none left. */
export function endpointsAt(weight: number): (ready: ReadyBySlot) => boolean {
  const track = trackAt(weight);
  return ({ stable = 0, candidate = 0 }) => {
    if (track === 'stable') return candidate === 0;
    return candidate > 0 && (track === null || stable === 0);
  };
}

/** What is told of a split by replicas: connections are shared among them alike, whatever was asked for. */
export function coarseWords(weight: number, ready: ReadyBySlot): readonly string[] {
  if (trackAt(weight) !== null) return [];
  const { stable = 0, candidate = 0 } = ready;
  const share = Math.round(shareOf(ready) * 10) / 10;
  if (share === weight) return [];
  return [
    `${weight} % was asked for; ${candidate} of ${stable + candidate} replicas gives ${share} %. ` +
      'Without a mesh the split is that of the ready replicas, and of connections, not of requests.',
  ];
}
