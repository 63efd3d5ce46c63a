import type { Labels, Manifest } from '../api/cluster.ts';
import { whoWrote } from '../routers/who-wrote.ts';

/**
 * The object to put back, with the labels and annotations that others have written since, and with its finalizers as
 * they are: an undo is not about these.
 */
export function withNotesOfOthers(then: Manifest, live: Manifest): Manifest {
  const { finalizers: _, ...metadata } = then.metadata;
  const { finalizers } = live.metadata;
  const labels = notesOf('labels', then, live);
  const annotations = notesOf('annotations', then, live);
  return {
    ...then,
    metadata: {
      ...metadata,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
    },
  };
}

function notesOf(name: 'labels' | 'annotations', then: Manifest, live: Manifest): Labels | undefined {
  const others = Object.entries(live.metadata[name] ?? {}).filter(
    ([key]) => !key.startsWith('longhaul.dev/') && whoWrote(live, ['metadata', name, key]) !== null,
  );
  return others.length === 0
    ? then.metadata[name]
    : { ...then.metadata[name], ...Object.fromEntries(others) };
}
