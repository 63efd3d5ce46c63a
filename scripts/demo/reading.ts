import { createMlflowRegistry } from '../../activities/registry/index.ts';
import type { Session } from '../../client/cli/session.ts';
import { createEnvoyRouter } from '../../local/target/envoy-router.ts';

/** What the servers themselves say of production, whatever Longhaul believes. */
export interface Reading {
  /** Version that the alias `champion` names in MLflow. */
  readonly champion: string | null;
  /** Percent of the traffic that Envoy sends to a candidate. */
  readonly candidateWeight: number;
}

const model = 'flight-delay';

export async function readProduction({ config, home }: Session): Promise<Reading> {
  const registry = createMlflowRegistry({ trackingUri: config.mlflow.trackingUri });
  return {
    champion: await registry.getAlias(model, 'champion'),
    candidateWeight: await createEnvoyRouter(home).get({ model, environment: 'production' }),
  };
}

/** @throws Error when a release that was rolled back left the alias or the weights other than before */
export function requireAsBefore(before: Reading, after: Reading): void {
  const words = ({ champion, candidateWeight }: Reading): string =>
    `champion ${champion ?? 'none'}, ${candidateWeight} % to a candidate`;
  if (words(before) === words(after)) return;
  throw new Error(`The undo is not complete: before ${words(before)}; now ${words(after)}.`);
}
