import { documentKeys } from '../core/ids.ts';
import type { ArtifactStore } from '../core/ports/artifact-store.ts';
import type { LastTimes } from '../core/render/remaining.ts';
import type { CiRunView } from './ci-runs.ts';
import { readDocument } from '../activities/store/read-document.ts';

/** How long each step of a run took the last time that it ran in the project; a step that never ran is absent. */
export async function lastTimesOf(store: ArtifactStore, { id, steps }: CiRunView): Promise<LastTimes> {
  const project = id.slice(id.indexOf('/') + 1, id.lastIndexOf('/'));
  const found = await Promise.all(
    steps.map(async ({ name }) => {
      const latest = await readDocument<{ readonly seconds?: number }>(
        store,
        documentKeys.latestStep(project, name),
      );
      return latest?.seconds === undefined ? [] : [[name, latest.seconds] as const];
    }),
  );
  return new Map(found.flat());
}
