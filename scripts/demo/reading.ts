import { createMlflowRegistry } from '../../activities/registry/index.ts';
import type { Session } from '../../client/cli/session.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { OpenPlace } from './places/place.ts';

/** What the servers themselves say of production, whatever Longhaul believes. */
export interface Reading {
  /** Version that the alias `champion` names in MLflow. */
  readonly champion: string | null;
  /** Percent of the traffic that the router sends to a candidate. */
  readonly candidateWeight: number;
}

export const production: LaneRef = { model: 'flight-delay', environment: 'production' };

export async function readProduction({ config }: Session, place: OpenPlace): Promise<Reading> {
  const registry = createMlflowRegistry({ trackingUri: config.mlflow.trackingUri });
  return {
    champion: await registry.getAlias(production.model, 'champion'),
    candidateWeight: await place.candidateWeight(),
  };
}

/** @throws Error when a release that was rolled back left the alias or the weights other than before */
export function requireAsBefore(before: Reading, after: Reading): void {
  const words = ({ champion, candidateWeight }: Reading): string =>
    `champion ${champion ?? 'none'}, ${candidateWeight} % to a candidate`;
  if (words(before) === words(after)) return;
  throw new Error(`The undo is not complete: before ${words(before)}; now ${words(after)}.`);
}
