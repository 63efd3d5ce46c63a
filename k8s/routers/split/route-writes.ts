import { LonghaulError } from '../../../core/errors.ts';
import type { Cluster, Manifest, ObjectRef } from '../../api/cluster.ts';
import { rewrite } from '../rewrite.ts';
import type { AskedWeight } from '../track-router.ts';
import type { Dialect } from './dialect.ts';
import { candidateShare, judgeSplit } from './judge-split.ts';
import { foreignWords, notAsWritten, stands, strayWords, withAsked } from './judge-change.ts';

/** A routing object on a cluster, and how it is read. */
export interface RouteAt {
  readonly cluster: Cluster;
  readonly dialect: Dialect;
  readonly ref: ObjectRef;
}

/** Percent of the candidate by the route; 0 where there is none, since nothing splits. */
export async function weightOfRoute({ cluster, dialect, ref }: RouteAt): Promise<number> {
  const route = await cluster.get(ref);
  return route === null ? 0 : candidateShare(judgeSplit(dialect, route));
}

/**
 * Writes the weight and reads it back, by `readBack` where more than the object itself has to agree.
 *
 * @returns what of others an undo has overwritten
 * @throws LonghaulError Conflict, NotVerified, NotFound
 */
export async function setRouteWeight(
  { cluster, dialect, ref }: RouteAt,
  asked: AskedWeight,
  readBack: (written: Manifest) => Promise<Manifest> = () => existing(cluster, ref),
): Promise<readonly string[]> {
  let overwritten: readonly string[] = [];
  const written = await rewrite(
    cluster,
    () => existing(cluster, ref),
    (now) => {
      const change = withAsked(dialect, now, asked);
      ({ overwritten } = change);
      return change.route;
    },
  );
  const read = await readBack(written);
  if (!stands(dialect, read, asked)) throw notAsWritten(dialect, read, asked);
  return overwritten.map((said) => `Overwritten: ${said}`);
}

/** What people should know of the routes to the Service: that others have changed it, or send there by another. */
export async function routeWarnings({ cluster, dialect, ref }: RouteAt): Promise<readonly string[]> {
  const routes = await cluster.list(ref, {});
  const own = routes.filter(({ metadata }) => metadata.name === ref.name);
  return [...own.flatMap((route) => foreignWords(dialect, route)), ...strayWords(dialect, ref, routes)];
}

/** @throws LonghaulError NotFound */
export async function existing(cluster: Cluster, ref: ObjectRef): Promise<Manifest> {
  const found = await cluster.get(ref);
  if (found !== null) return found;
  throw new LonghaulError('NotFound', `There is no ${ref.kind} ${ref.name} in ${cluster.name}.`, {
    mend: 'Make it, or leave its name out of the environment’s `traffic`: then Longhaul makes one.',
  });
}
