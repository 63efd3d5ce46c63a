import { readyOfNewest, type DeploymentView } from './deployment.ts';

/** Milliseconds for which a rollout that stands like this is waited for. */
export type Patience = (deployment: DeploymentView) => number;

/** Ends once nothing has come on for `withinMs`: every replica more of the newest template, or ready, begins it anew. */
export function patience(withinMs: number, now: () => number = Date.now): Patience {
  const best = new Map<string, number>();
  let since = now();
  return ({ metadata, spec, status }) => {
    const isSeen = status.observedGeneration >= metadata.generation;
    const reached = isSeen ? status.updatedReplicas + readyOfNewest({ metadata, spec, status }) : 0;
    if (reached > (best.get(metadata.name) ?? 0)) {
      best.set(metadata.name, reached);
      since = now();
    }
    return since + withinMs - now();
  };
}
