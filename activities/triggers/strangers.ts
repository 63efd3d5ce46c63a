import { documentKeys } from '../../core/ids.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { PullRequest } from '../../core/ports/forge.ts';
import { isStrangers } from '../../core/strangers.ts';
import type { PullRequestRef, StrangersCommit } from '../../core/trigger.ts';
import { readDocument } from '../store/read-document.ts';

type Store = Pick<ArtifactStore, 'readDocument' | 'writeDocument'>;

const keyOf = ({ project, number }: PullRequestRef): string => documentKeys.pullRequest(project, number);

/** What was known of a stranger's pull request before now; from now on its present head is. Null for others. */
export async function seeHead(store: Store, pullRequest: PullRequest): Promise<StrangersCommit | null> {
  if (!isStrangers(pullRequest)) return null;
  const { commit } = pullRequest;
  const seen = await readDocument<StrangersCommit>(store, keyOf(pullRequest));
  if (seen?.commit !== commit) {
    const since = new Date().toISOString();
    await store.writeDocument(
      keyOf(pullRequest),
      JSON.stringify({ commit, since } satisfies StrangersCommit),
    );
  }
  return seen;
}

/** Keeps that a stranger's commit may be run. */
export async function keepOk(store: Store, pullRequest: PullRequest, by: string): Promise<void> {
  const now = new Date().toISOString();
  const { commit } = pullRequest;
  const seen = await readDocument<StrangersCommit>(store, keyOf(pullRequest));
  const since = seen?.commit === commit ? seen.since : now;
  await store.writeDocument(
    keyOf(pullRequest),
    JSON.stringify({ commit, since, ok: { by, at: now } } satisfies StrangersCommit),
  );
}
