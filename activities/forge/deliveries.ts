import { LonghaulError } from '../../core/errors.ts';
import type { FailedDelivery } from '../../core/ports/forge.ts';
import type { GithubClient } from './github-client.ts';

/**
 * The App's webhooks since `since` whose newest try failed, oldest first. A try under the same guid that succeeded
 * later mends those before it.
 */
export async function failedDeliveries(
  client: GithubClient,
  since: string,
): Promise<readonly FailedDelivery[]> {
  const newest = new Map<string, FailedDelivery>();
  const from = Date.parse(since);
  const pages = client.paginate.iterator(client.rest.apps.listWebhookDeliveries, { per_page: 100 });
  for await (const { data } of pages) {
    for (const { delivered_at: deliveredAt, guid, id, status, status_code: statusCode } of data) {
      if (Date.parse(deliveredAt) < from) return failedOf(newest);
      if (!newest.has(guid)) newest.set(guid, { id: String(id), guid, deliveredAt, status, statusCode });
    }
  }
  return failedOf(newest);
}

const failedOf = (newest: ReadonlyMap<string, FailedDelivery>): readonly FailedDelivery[] =>
  [...newest.values()].filter(({ statusCode }) => statusCode < 200 || statusCode > 299).reverse();

/** Has GitHub deliver it again; it answers before it has. */
export async function redeliver(client: GithubClient, id: string): Promise<void> {
  if (!/^\d+$/.test(id)) throw new LonghaulError('Rejected', `“${id}” is no id of a delivery.`);
  await client.request(`POST /app/hook/deliveries/${id}/attempts`);
}
