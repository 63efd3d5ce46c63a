import { replicasAt } from '../../core/canary.ts';

/** What serves a lane now, where replicas follow the load. `weight`: percent of the traffic that the candidate has. */
export interface ServingNow {
  readonly stable: number;
  readonly candidate: number;
  readonly weight: number;
}

/**
 * Replicas that a candidate needs for `share` percent of the traffic. All of the traffic needs as many as the stable
 * arm has, or more if the candidate alone is what followed the load: the stable one may have shrunk meanwhile.
 */
export function replicasForShare(share: number, { stable, candidate, weight }: ServingNow): number {
  const whole = weight > 0 ? Math.floor((candidate * 100) / weight) : 0;
  return replicasAt(share, Math.max(stable, whole));
}
