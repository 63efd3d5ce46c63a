/** A door is one address that signed requests come to. What is the same for all of them is here. */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { TriggerInput } from '../../core/trigger.ts';
import type { WebhookMetrics } from './metrics.ts';
import { outcomeStatus } from './outcomes.ts';
import type { Answered } from './outcomes.ts';
import { largestBody, readBody } from './read-body.ts';
import { isSignature, isSignedBy } from './signature.ts';
import type { StartTrigger } from './start-trigger.ts';

/** What is logged of a request: names and numbers, never what it holds. */
export type Facts = Readonly<Record<string, string | number>>;
export type Log = (level: 'INFO' | 'WARN' | 'ERROR', message: string, facts?: Facts) => void;

export interface DoorParts {
  readonly start: StartTrigger;
  readonly metrics: WebhookMetrics;
  readonly log: Log;
  readonly now: () => number;
}

/** What is known of an event once it has been read. */
interface Door {
  /** Header that the signature is in, in lower case. */
  readonly header: string;
  readonly secret: () => Promise<string>;
  /** Name that the request is counted under once its signature is known to be right. */
  readonly eventOf: (request: FastifyRequest) => string;
  /** Reads what is signed: an answer, or what to start. */
  readonly read: (request: FastifyRequest, payload: object) => Answered | TriggerInput;
}

type Vouched = { readonly raw: Buffer } | { readonly answer: Answered };

/** Answers a request at the door: signature first, then its content, then Temporal. */
export function openDoor(parts: DoorParts, door: Door) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const began = performance.now();
    const vouched = await vouch(door, request);
    const event = 'raw' in vouched ? door.eventOf(request) : 'unknown';
    const answer = 'raw' in vouched ? await act(parts, door, request, vouched.raw) : vouched.answer;
    const seconds = (performance.now() - began) / 1000;
    parts.metrics.count(event, answer.outcome, seconds);
    parts.log(answer.outcome === 'unavailable' ? 'WARN' : 'INFO', answer.outcome, {
      event,
      ...(answer.id === undefined ? {} : { id: answer.id }),
      ms: Math.round(seconds * 1000),
    });
    return reply.code(outcomeStatus[answer.outcome]).send(answer);
  };
}

/** Nothing of what a stranger sends is looked at, and without a signature it is not even kept. */
async function vouch({ header, secret }: Door, request: FastifyRequest): Promise<Vouched> {
  const signature = request.headers[header];
  if (!isSignature(signature)) {
    return refused(`There is no ${header} with a signature of the form sha256=….`);
  }
  const raw = await readBody(request.raw, largestBody);
  if (raw === null) {
    return { answer: { outcome: 'tooLarge', told: `A body may have ${largestBody} bytes and no more.` } };
  }
  return (await isSignedBy(await secret(), raw, signature))
    ? { raw }
    : refused('The signature is not that of this body by the secret that is set here.');
}

const refused = (told: string): Vouched => ({ answer: { outcome: 'refused', told } });

async function act(
  { start, log }: DoorParts,
  door: Door,
  request: FastifyRequest,
  raw: Buffer,
): Promise<Answered> {
  const payload = objectIn(raw);
  if (payload === null) return notJson(request);
  const read = door.read(request, payload);
  if ('outcome' in read) return read;
  const started = await start(createHash('sha256').update(raw).digest('hex'), read);
  switch (started.kind) {
    case 'started':
      return { outcome: 'started', told: 'Taken up.', id: started.id };
    case 'repeat':
      return { outcome: 'repeat', told: 'Seen already.', id: started.id };
    case 'unavailable':
      log('WARN', 'Temporal has not acknowledged', { why: started.why });
      return { outcome: 'unavailable', told: 'Temporal has not acknowledged: send it again.' };
  }
}

function notJson({ headers }: FastifyRequest): Answered {
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true
    ? { outcome: 'unsupported', told: 'This is a form: choose the content type application/json instead.' }
    : { outcome: 'malformed', told: 'The body is no JSON object.' };
}

function objectIn(raw: Buffer): object | null {
  try {
    const parsed: unknown = JSON.parse(raw.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : null;
  } catch {
    return null;
  }
}
