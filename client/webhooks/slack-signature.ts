import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** How old a request of Slack's may be, and how far ahead its clock may be of ours. */
const freshMs = 5 * 60_000;

/** What a request says of itself before its body is read. */
export interface SlackClaim {
  /** Seconds since 1970, as Slack has written them. */
  readonly timestamp: string;
  readonly signature: string;
}

/** Null where there is no signature of Slack's form, or one of another time than now (milliseconds since 1970). */
export function slackClaim(headers: IncomingHttpHeaders, now: number): SlackClaim | null {
  const timestamp = headers['x-slack-request-timestamp'];
  const signature = headers['x-slack-signature'];
  if (typeof timestamp !== 'string' || !/^\d{1,12}$/.test(timestamp)) return null;
  if (typeof signature !== 'string' || !/^v0=[0-9a-f]{64}$/.test(signature)) return null;
  return Math.abs(now - Number(timestamp) * 1000) > freshMs ? null : { timestamp, signature };
}

/** Whether Slack has signed these very bytes at that time; compared in constant time. */
export function isSlacks(signingSecret: string, { timestamp, signature }: SlackClaim, raw: Buffer): boolean {
  const hmac = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(raw).digest();
  return timingSafeEqual(hmac, Buffer.from(signature.slice('v0='.length), 'hex'));
}
