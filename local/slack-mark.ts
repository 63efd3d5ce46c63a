import { createHmac, timingSafeEqual } from 'node:crypto';
import { canonicalJson } from '../core/canonical-json.ts';

/** A button of a release that somebody has pressed in Slack: everything of it that an answer may rest on. */
export interface SlackPress {
  /** Workflow id. */
  readonly release: string;
  /** The message to the release: `approve`, `reject`. */
  readonly word: string;
  /** Digest of the evidence that the person saw. */
  readonly evidence?: string;
  /** Slack's id of the person, and the name that Slack tells. */
  readonly user: string;
  readonly name: string;
  /** ISO time of the press. */
  readonly at: string;
  readonly comment?: string;
}

/**
 * What the server that has checked Slack's signature leaves on a press, so that whoever acts on it later knows that
 * it is one, unchanged: HMAC-SHA256 under the app's signing secret, 64 hex digits.
 */
export const makeMark = (signingSecret: string, press: SlackPress): string =>
  createHmac('sha256', signingSecret).update(canonicalJson(press)).digest('hex');

/** Whether the mark is that of this very press; compared in constant time. */
export function checkMark(signingSecret: string, press: SlackPress, mark: string): boolean {
  const expected = Buffer.from(makeMark(signingSecret, press));
  const given = Buffer.from(mark);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
