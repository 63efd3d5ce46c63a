import { isReady } from './gather.ts';
import type { RolloutFacts } from './gather.ts';

/**
 * Digest of the image that the ready pods run under this reference, as their nodes tell it: `sha256:…`. Absent where no
 * pod is ready, or where they run different ones: what a tag means may have changed between two of them.
 */
export function imageDigestOf({ pods }: RolloutFacts, reference: string): string | undefined {
  const digests = pods
    .filter(({ pod }) => isReady(pod))
    .flatMap(({ pod: { spec, status } }) => {
      const names = (spec?.containers ?? [])
        .filter(({ image }) => image === reference)
        .map(({ name }) => name);
      return (status?.containerStatuses ?? [])
        .filter(({ name }) => names.includes(name))
        .map(({ imageID = '' }) => /sha256:[0-9a-f]{64}$/.exec(imageID)?.[0]);
    });
  const [first, ...others] = new Set(digests);
  return others.length === 0 ? first : undefined;
}
