import { log } from '@temporalio/activity';
import { LonghaulError } from '../../core/errors.ts';
import type { Forge } from '../../core/ports/forge.ts';
import { lookSince, planRedeliveries } from '../../core/redeliveries.ts';
import type { DeliveryActivities } from '../contracts.ts';
import { whileBeating } from '../rollout/while-beating.ts';

/** @param forge null: none is configured */
export function createDeliveryActivities({
  forge,
  now = Date.now,
}: {
  readonly forge: Pick<Forge, 'failedDeliveries' | 'redeliver'> | null;
  readonly now?: () => number;
}): DeliveryActivities {
  return {
    /** Asking twice for a delivery is the same as once: whatever it starts, it starts by the digest of its body. */
    reconcile: ({ everyMs, last }) =>
      whileBeating(async (tell, cancelled) => {
        const lookedAt = now();
        const failed = (await forge?.failedDeliveries(lookSince(last, lookedAt))) ?? [];
        const { ask, next } = planRedeliveries(failed, last, { now: lookedAt, everyMs });
        let refused = 0;
        for (const [index, { id, guid }] of ask.entries()) {
          cancelled.throwIfAborted();
          tell(`${index} of ${ask.length} asked for`);
          if (await couldAsk(forge?.redeliver(id))) continue;
          refused += 1;
          log.warn('a delivery cannot be asked for again', { guid });
        }
        return { failed: failed.length, asked: ask.length - refused, refused, next };
      }),
  };
}

/** False where the forge does not have it any more; what may pass is thrown, and the whole look is made again. */
async function couldAsk(asking: Promise<void> | undefined): Promise<boolean> {
  try {
    await asking;
    return true;
  } catch (error) {
    if (error instanceof LonghaulError && (error.type === 'NotFound' || error.type === 'Rejected'))
      return false;
    throw error;
  }
}
