import { createHmac, randomUUID } from 'node:crypto';
import type { Json } from './description.ts';
import { notFound } from './world.ts';
import type { Answer } from './world.ts';

/** One try to deliver a webhook. */
export interface FakeDelivery {
  readonly id: bigint;
  readonly guid: string;
  readonly event: string;
  readonly body: string;
  readonly redelivery: boolean;
  readonly deliveredAt: string;
  /** 0: nobody answered in time. */
  readonly statusCode: number;
  /** What the receiver answered; empty where nobody did. */
  readonly answer: string;
}

/** Where webhooks go, and what they are signed with. */
export interface WebhookTarget {
  readonly url: string;
  readonly secret: string;
}

/** As GitHub signs: `sha256=` and the HMAC over the bytes that are sent. */
export const signature = (body: string, secret: string): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

/** GitHub's webhooks: sent, signed, remembered, listed and sent again. */
export class Deliveries {
  /** Oldest first. Tests may change what is there, as time does. */
  readonly all: FakeDelivery[] = [];
  target: WebhookTarget | undefined;
  /** Milliseconds that a receiver has; GitHub gives 10 s. */
  patienceMs = 10_000;
  readonly #pending = new Set<Promise<FakeDelivery>>();
  /** Larger than a double holds, as GitHub's are. */
  #nextId = 3_804_004_623_172_239_366n;

  /** Posts a webhook to the target, once, as GitHub does: what fails is remembered and not repeated. */
  deliver(event: string, payload: unknown, more: { readonly guid?: string } = {}): Promise<FakeDelivery> {
    const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
    return this.#tracked(this.#send({ event, body, guid: more.guid ?? randomUUID(), redelivery: false }));
  }

  /** Resolves once all that is under way has been answered, redeliveries included. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  list(query: Readonly<Record<string, string>>, url: string): Answer {
    const size = Math.min(100, Number(query['per_page'] ?? 30));
    const before = query['cursor'] === undefined ? null : BigInt(query['cursor'].replace('v1_', ''));
    const wanted = this.all
      .toReversed()
      .filter(({ id }) => before === null || id < before)
      .filter(
        ({ statusCode }) =>
          query['status'] === undefined || (query['status'] === 'success') === isOk(statusCode),
      );
    const part = wanted.slice(0, size);
    const last = part.at(-1);
    const next =
      last === undefined || wanted.length <= size
        ? undefined
        : new URLSearchParams({ ...query, cursor: `v1_${last.id}` }).toString();
    const headers = next === undefined ? {} : { link: `<${url}/app/hook/deliveries?${next}>; rel="next"` };
    return { status: 200, body: part.map(shown), headers };
  }

  redeliver(id: string): Answer {
    const found = this.all.find((delivery) => String(delivery.id) === id);
    if (found === undefined) return notFound;
    void this.#tracked(this.#send({ ...found, redelivery: true }));
    return { status: 202, body: {} };
  }

  #tracked(sending: Promise<FakeDelivery>): Promise<FakeDelivery> {
    this.#pending.add(sending);
    const ended = (): void => void this.#pending.delete(sending);
    sending.then(ended, ended);
    return sending;
  }

  async #send(given: Pick<FakeDelivery, 'event' | 'body' | 'guid' | 'redelivery'>): Promise<FakeDelivery> {
    const { event, body, guid, redelivery } = given;
    const deliveredAt = new Date().toISOString();
    const id = this.#nextId++;
    const { statusCode, answer } = await this.#post(event, body, guid);
    const delivery = { id, guid, event, body, redelivery, deliveredAt, statusCode, answer };
    this.all.push(delivery);
    this.all.sort((a, b) => (a.id < b.id ? -1 : 1));
    return delivery;
  }

  async #post(
    event: string,
    body: string,
    guid: string,
  ): Promise<{ readonly statusCode: number; readonly answer: string }> {
    const { target } = this;
    if (target === undefined)
      throw new Error('Say where webhooks go: github.deliveries.target = { url, secret }');
    try {
      const response = await fetch(target.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'GitHub-Hookshot/fake',
          'x-github-delivery': guid,
          'x-github-event': event,
          'x-hub-signature-256': signature(body, target.secret),
        },
        body,
        signal: AbortSignal.timeout(this.patienceMs),
      });
      return { statusCode: response.status, answer: await response.text() };
    } catch {
      return { statusCode: 0, answer: '' };
    }
  }
}

const isOk = (statusCode: number): boolean => statusCode >= 200 && statusCode < 300;

function shown({ id, guid, event, body, redelivery, deliveredAt, statusCode }: FakeDelivery): Json {
  const action = actionOf(body);
  return {
    ...{ id, guid, event, action, redelivery },
    ...{ delivered_at: deliveredAt, duration: 0.1, throttled_at: null },
    status: isOk(statusCode)
      ? 'OK'
      : statusCode === 0
        ? 'failed to connect to host'
        : `Invalid HTTP Response: ${statusCode}`,
    status_code: statusCode,
    ...{ installation_id: 1, repository_id: 1 },
  };
}

function actionOf(body: string): string | null {
  try {
    return (JSON.parse(body) as { readonly action?: string }).action ?? null;
  } catch {
    return null;
  }
}
