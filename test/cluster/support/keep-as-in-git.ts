import { setTimeout as pause } from 'node:timers/promises';
import { canonicalJson } from '../../../core/canonical-json.ts';
import type { Cluster, ObjectRef } from '../../../k8s/api/cluster.ts';
import { otherWriter } from './other-writer.ts';

/** Writes an object's spec back whenever it is another, as Argo CD does that keeps it as in Git. */
export function keepAsInGit(cluster: Cluster, ref: ObjectRef, git: unknown) {
  const write = otherWriter(cluster.namespace, 'argocd-controller');
  const isKept = async (): Promise<boolean> =>
    canonicalJson((await cluster.get(ref))?.['spec']) === canonicalJson(git);
  const ended = new AbortController();
  const kept = (async () => {
    while (!ended.signal.aborted) {
      if (!(await isKept())) await write(ref, { spec: git as object });
      await cluster.changed([ref], {}, 500);
    }
  })();
  return {
    /** Resolves once the object is as in Git again. */
    reverted: async (): Promise<void> => {
      while (!(await isKept())) await pause(20);
    },
    stop: async (): Promise<void> => {
      ended.abort();
      await kept;
    },
  };
}
