import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { makeMark } from '../../local/slack-mark.ts';
import type { AnswerInput } from '../../workflows/inputs.ts';
import type { DoorParts } from './doors.ts';
import { outcomeStatus } from './outcomes.ts';
import type { Outcome } from './outcomes.ts';
import { readBody } from './read-body.ts';
import { isSlacks, slackClaim } from './slack-signature.ts';
import { readPress } from './slack-press.ts';
import type { SlackAnswer } from './slack-press.ts';
import type { AnswerStart, StartAnswer } from './start-answer.ts';

/** Slack waits three seconds, the way included. */
const answersWithinMs = 2_300;

/** A press tells the message that it was in, which has 50 blocks at most. */
const largestPress = 1_000_000;

export interface SlackDoorParts extends Pick<DoorParts, 'log' | 'metrics' | 'now'> {
  readonly signingSecret: () => Promise<string>;
  readonly start: StartAnswer;
}

/**
 * `POST /slack/interactions`: what is not signed by Slack, or not now, is refused with 401 before it is read. A press is
 * answered by 200 once Temporal has it, so that none is lost that Slack takes for done; by 503 where that takes too
 * long, and then Slack shows whoever has pressed that it did not work. The start is tried on meanwhile, and when the
 * server closes it waits for that.
 */
export const slackDoor =
  (parts: SlackDoorParts): FastifyPluginAsync =>
  (server) => {
    const pending = new Set<Promise<AnswerStart>>();
    server.addHook('onClose', async () => {
      await Promise.all(pending);
    });
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', (_request, _payload, read) => {
      read(null); // The raw bytes are read below.
    });
    server.post('/slack/interactions', async (request, reply) => {
      const began = performance.now();
      const outcome = await take(parts, request, pending);
      const seconds = (performance.now() - began) / 1000;
      parts.metrics.count('slack', outcome, seconds);
      parts.log(outcome === 'unavailable' ? 'WARN' : 'INFO', outcome, {
        event: 'slack',
        ms: Math.round(seconds * 1000),
      });
      return reply.code(outcome === 'started' ? 200 : outcomeStatus[outcome]).send();
    });
    return Promise.resolve();
  };

async function take(
  parts: SlackDoorParts,
  { headers, raw: stream }: FastifyRequest,
  pending: Set<Promise<AnswerStart>>,
): Promise<Outcome> {
  const began = performance.now();
  const claim = slackClaim(headers, parts.now());
  if (claim === null) return 'refused';
  const raw = await readBody(stream, largestPress);
  if (raw === null) return 'tooLarge';
  const secret = await parts.signingSecret();
  if (!isSlacks(secret, claim, raw)) return 'refused';
  const read = readPress(raw);
  if (read.kind !== 'answer') return read.kind === 'nothing' ? 'ignored' : 'malformed';
  const digest = createHash('sha256').update(raw).digest('hex');
  const left = Math.max(0, answersWithinMs - (performance.now() - began));
  const at = new Date(parts.now()).toISOString();
  const starting = parts.start(digest, inputOf(read.answer, at, secret));
  pending.add(starting);
  void starting.then(() => pending.delete(starting));
  const started = await within(left, starting);
  return started === 'started' || started === 'repeat' ? started : 'unavailable';
}

async function within(ms: number, starting: Promise<AnswerStart>): Promise<AnswerStart | 'late'> {
  const given = new AbortController();
  const late = delay(ms, 'late' as const, { signal: given.signal });
  late.catch(() => undefined);
  const first = await Promise.race([starting, late]);
  given.abort();
  return first;
}

/** The press with its mark, which alone the release goes by. */
function inputOf({ channel, thread, ...press }: SlackAnswer, at: string, secret: string): AnswerInput {
  const { comment, evidence, name, release, user, word } = press;
  const mark = makeMark(secret, { ...press, at });
  return {
    ...{ release, word, user, channel },
    ...(thread === undefined ? {} : { thread }),
    message: { by: name, comment, evidence, proof: { kind: 'slackButton', user, name, at, mark } },
  };
}
