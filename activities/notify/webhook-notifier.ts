import { LonghaulError } from '../../core/errors.ts';
import type { Notifier } from '../../core/ports/notifier.ts';
import { createRedactor } from '../../core/redact.ts';
import { isPassingFault, shortened, whyFetchFailed } from '../http.ts';
import { Pauses, tooManyCalls } from './pauses.ts';

const patienceMs = 15_000;
const what = 'the incoming webhook';
const unnamedWaitMs = 30_000;

const newAddress =
  'Make a new incoming webhook in the app’s settings, and put its address where `slack.webhookUrl` of the operator’s file says.';

/**
 * Slack by an incoming webhook: single messages. It answers no question about messages, so that one whose answer was
 * lost is sent again. The address is a secret: no error names it.
 */
export function createWebhookNotifier({ url }: { readonly url: () => Promise<string> }): Notifier {
  const pauses = new Pauses();
  return {
    can: { threads: false, buttons: false },

    async send({ text, blocks }) {
      pauses.check(what);
      const address = await url();
      const failure = await post(address, JSON.stringify({ text, blocks }));
      if (failure !== null) throw pauses.remember(what, failure);
      return null;
    },

    update: () => Promise.resolve(),
    whisper: () => Promise.resolve(),
  };
}

/** Null when Slack took it. */
async function post(address: string, body: string): Promise<LonghaulError | null> {
  if (!URL.canParse(address)) {
    return new LonghaulError('NotPermitted', 'The value of slack.webhookUrl is no address.', {
      mend: newAddress,
    });
  }
  try {
    const answer = await fetch(address, {
      ...{ method: 'POST', body, redirect: 'error' },
      headers: { 'content-type': 'application/json' },
      signal: AbortSignal.timeout(patienceMs),
    });
    const said = await answer.text();
    return answer.ok ? null : refusal(answer, redactorOf(address)(shortened(said)));
  } catch (error) {
    const why = redactorOf(address)(whyFetchFailed(error));
    return new LonghaulError('Unreachable', `Slack could not be reached by ${what}: ${why}.`, {
      mend: 'It is tried again. See https://status.slack.com, and what stands between this machine and Slack.',
    });
  }
}

function refusal({ status, headers }: Response, said: string): LonghaulError {
  if (status === 429) {
    const seconds = Number.parseInt(headers.get('retry-after') ?? '', 10);
    return tooManyCalls(what, Number.isNaN(seconds) ? unnamedWaitMs : seconds * 1_000);
  }
  const message = `Slack answered ${status} to a message by ${what}: ${said}`;
  if (isPassingFault(status)) return new LonghaulError('Unreachable', message);
  return status === 403 || status === 404 || status === 410
    ? new LonghaulError('NotPermitted', message, { mend: newAddress })
    : new LonghaulError('Rejected', message);
}

/** The path is what makes the address a secret. */
const redactorOf = (address: string): ((text: string) => string) =>
  createRedactor([address, new URL(address).pathname]).text;
