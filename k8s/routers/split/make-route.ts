import { canonicalJson } from '../../../core/canonical-json.ts';
import { LonghaulError } from '../../../core/errors.ts';
import type { LaneRef } from '../../../core/ids.ts';
import type { Cluster, Labels, Manifest } from '../../api/cluster.ts';
import { laneLabels } from '../../names.ts';
import { rewrite } from '../rewrite.ts';
import { existing } from './route-writes.ts';

const managedBy = { 'app.kubernetes.io/managed-by': 'longhaul' } as const;

/** Labels of what a router makes. */
export const madeLabels = (lane: LaneRef): Labels => ({ ...laneLabels(lane), ...managedBy });

const madeHere = ({ metadata }: Manifest): boolean =>
  metadata.labels?.['app.kubernetes.io/managed-by'] === managedBy['app.kubernetes.io/managed-by'];

export interface Made {
  /** What is made where there is none; null: the operator has named one, which has to be there. */
  readonly absent: Manifest | null;
  /** Whether another object of the kind is about the same Service, so that a second one would meet it. */
  readonly rivals: (other: Manifest) => boolean;
  /** What it shall be, as it stands. */
  readonly prepared: (now: Manifest) => Manifest;
  /** Awaited before a write that changes where requests go. */
  readonly settle?: () => Promise<void>;
}

/**
 * Makes the object where there is none, and brings it into the form that weights are set in.
 *
 * @returns whether anything was written
 * @throws LonghaulError Conflict where another object routes the same Service, and what `prepared` throws
 */
export async function prepareObject(
  cluster: Cluster,
  ref: { readonly apiVersion: string; readonly kind: string; readonly name: string },
  setting: string,
  { absent, rivals, prepared, settle = settled }: Made,
): Promise<boolean> {
  const found = await cluster.get(ref);
  if (absent !== null && found === null) {
    const rival = (await cluster.list(ref, {})).find(rivals);
    if (rival !== undefined)
      throw new LonghaulError(
        'Conflict',
        `${ref.kind} ${rival.metadata.name} in ${cluster.name} is about the same Service already; a second one beside it would meet it.`,
        { mend: `Name it in the environment: traffic.${setting}: ${rival.metadata.name}` },
      );
    await settle();
    await createOnce(cluster, absent);
  }
  const now = await existing(cluster, ref);
  const isChanged = canonicalJson(prepared(now)) !== canonicalJson(now);
  if (isChanged) await settle();
  await rewrite(cluster, () => existing(cluster, ref), prepared);
  return isChanged || found === null;
}

const settled = (): Promise<void> => Promise.resolve();

/** Objects that Longhaul has made since the snapshot go. */
export async function removeMade(cluster: Cluster, now: Manifest): Promise<readonly string[]> {
  const { name, uid } = now.metadata;
  if (!madeHere(now))
    return [`${now.kind} ${name} was made by somebody else since the snapshot: it is left.`];
  await cluster.remove(
    { apiVersion: now.apiVersion, kind: now.kind, name },
    uid === undefined ? {} : { uid },
  );
  return [];
}

/** Another writer, or an answer that was lost, has made it: it is there. */
async function createOnce(cluster: Cluster, manifest: Manifest): Promise<void> {
  try {
    await cluster.create(manifest);
  } catch (error) {
    if (!(error instanceof LonghaulError && error.type === 'Conflict')) throw error;
  }
}
