import type { CiRunResult } from '../../core/ci.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { StepDocument } from '../../core/render/slack/documents.ts';

/** What failed steps have left for people, by their names. */
export type StepDocuments = Readonly<Record<string, readonly StepDocument[]>>;

/** Larger ones are read by nobody in a message. */
const largestBytes = 1024 * 1024;

/** What the store has lost is left out: the news comes always. */
export async function readStepDocuments(
  store: ArtifactStore,
  { steps }: CiRunResult,
): Promise<StepDocuments> {
  const read = steps.flatMap(({ name, outcome }) => {
    if (outcome.status !== 'failed' && outcome.status !== 'timedOut') return [];
    const small = outcome.documents.filter(({ size }) => size <= largestBytes);
    return [Promise.all(small.map(async (document) => textOf(store, document)))].map(async (texts) => {
      return [name, (await texts).filter((document) => document !== null)] as const;
    });
  });
  return Object.fromEntries(await Promise.all(read));
}

const textOf = async (
  store: ArtifactStore,
  { digest, name }: { readonly digest: string; readonly name: string },
): Promise<StepDocument | null> =>
  store.getText(digest).then(
    (text) => ({ name, text }),
    () => null,
  );
