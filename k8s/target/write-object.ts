import { setTimeout as pause } from 'node:timers/promises';
import { canonicalJson } from '../../core/canonical-json.ts';
import { LonghaulError } from '../../core/errors.ts';
import type { Cluster, Manifest } from '../api/cluster.ts';
import { isFields, withoutServerFields, writtenOver } from './comparable.ts';
import { withNotesOfOthers } from './notes-of-others.ts';
import { refOf } from './restoration.ts';

const attempts = 10;
/** An autoscaler and a controller write an object's status in bursts: two writers are kept from meeting again. */
const longestPauseMs = 250;

/**
 * An arm's object as it shall be: made by server-side apply, or written whole over the one that is there. Applied over
 * another arm's, whatever others had put into that one, or an undo, would stay in it: a container, a variable.
 *
 * @param refuse throws where the object that is there is not a release's to write
 */
export async function putObject(
  cluster: Cluster,
  manifest: Manifest,
  refuse: (live: Manifest) => void,
): Promise<Manifest> {
  return overwrite(cluster, manifest, (live) => {
    refuse(live);
    return writtenOver(withNotesOf(live, withSelectorOf(live, manifest)), live);
  });
}

/** The object as it was, to the last field that Longhaul writes. */
export async function putBack(cluster: Cluster, manifest: Manifest): Promise<Manifest> {
  return overwrite(cluster, manifest, (live) => writtenOver(withNotesOfOthers(manifest, live), live));
}

/** Made where there is none; what is there is its owner's. */
export async function ensureObject(cluster: Cluster, manifest: Manifest): Promise<void> {
  if ((await cluster.get(refOf(manifest))) === null) await cluster.apply(manifest);
}

/** A conflict is read again and decided again; what would change nothing is not written. */
async function overwrite(
  cluster: Cluster,
  manifest: Manifest,
  over: (live: Manifest) => Manifest,
): Promise<Manifest> {
  for (let attempt = 1; ; attempt += 1) {
    const live = await cluster.get(refOf(manifest));
    if (live === null) return cluster.apply(manifest);
    const next = over(live);
    if (isSame(next, live)) return live;
    try {
      return await cluster.replace(next);
    } catch (error) {
      const met = error instanceof LonghaulError && (error.type === 'Conflict' || error.type === 'NotFound');
      if (!met || attempt === attempts) throw error;
      await pause(Math.random() * longestPauseMs);
    }
  }
}

const isSame = (one: Manifest, other: Manifest): boolean =>
  canonicalJson(withoutServerFields(one)) === canonicalJson(withoutServerFields(other));

/** Labels and annotations of the object itself that others have put there stay. */
const withNotesOf = ({ metadata }: Manifest, manifest: Manifest): Manifest => ({
  ...manifest,
  metadata: {
    ...manifest.metadata,
    labels: { ...metadata.labels, ...manifest.metadata.labels },
    annotations: { ...metadata.annotations, ...manifest.metadata.annotations },
  },
});

/** A Deployment's selector can never change: that of one made by others stays, and the pods carry its labels as well. */
function withSelectorOf(live: Manifest, manifest: Manifest): Manifest {
  const { spec } = manifest;
  if (manifest.kind !== 'Deployment' || !isFields(live.spec) || !isFields(spec)) return manifest;
  const { selector } = live.spec;
  const template = isFields(spec.template) ? spec.template : {};
  const metadata = isFields(template.metadata) ? template.metadata : {};
  const selected = isFields(selector) && isFields(selector.matchLabels) ? selector.matchLabels : {};
  const labels = { ...(isFields(metadata.labels) ? metadata.labels : {}), ...selected };
  return {
    ...manifest,
    spec: { ...spec, selector, template: { ...template, metadata: { ...metadata, labels } } },
  };
}
