import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api';
import { LonghaulError } from '../../core/errors.ts';
import type { ErrorType } from '../../core/errors.ts';
import type { Redactor } from '../../core/redact.ts';
import { isPassingFault, shortened, whyFetchFailed } from '../http.ts';
import { tooManyCalls } from './pauses.ts';
import { mendOf, passingErrors, typeOf } from '../../core/slack-words.ts';

const later =
  'It is tried again. See https://status.slack.com, and what stands between this machine and Slack.';

/** Slack says by the word alone that there were too many calls; some of its answers do so without a time. */
const unnamedWaitMs = 30_000;

/**
 * What an error of Slack's client means here. Its cause is left out: it may hold the request with the token.
 * `method` is Slack's name of what was asked.
 */
export function slackFailure(error: unknown, method: string, { text: redact }: Redactor): LonghaulError {
  if (error instanceof LonghaulError) return error;
  if (error instanceof WebAPIRateLimitedError) return tooManyCalls(method, error.retryAfter * 1_000);
  if (error instanceof WebAPIPlatformError) return refusal(error.data, method, redact);
  if (error instanceof WebAPIHTTPError) {
    const type: ErrorType = isPassingFault(error.statusCode) ? 'Unreachable' : 'Rejected';
    return new LonghaulError(type, `Slack answered ${method} with status ${error.statusCode}.`, {
      mend: later,
    });
  }
  const why = whyFetchFailed(error instanceof WebAPIRequestError ? error.original : error);
  return new LonghaulError('Unreachable', `Slack could not be asked for ${method}: ${redact(why)}.`, {
    mend: later,
  });
}

type Refusal = WebAPIPlatformError['data'];

/** Slack's own word for what is wrong, such as `channel_not_found`; a page of some proxy instead passes. */
function refusal(data: Refusal, method: string, redact: (text: string) => string): LonghaulError {
  const { error: word, response_metadata: metadata } = data;
  if (!/^[a-z0-9_]+$/.test(word)) {
    const said = redact(shortened(word));
    return new LonghaulError('Unreachable', `What answers ${method} is not Slack: ${said}`, { mend: later });
  }
  if (word === 'ratelimited' || word === 'rate_limited')
    return tooManyCalls(method, (metadata?.retryAfter ?? unnamedWaitMs / 1_000) * 1_000);
  if (passingErrors.has(word))
    return new LonghaulError('Unreachable', `Slack answered ${method} with ${word}.`, { mend: later });
  const needed = 'needed' in data && typeof data['needed'] === 'string' ? data['needed'] : undefined;
  const details = (metadata?.messages ?? []).map((message) => shortened(message)).join(' ');
  const said = `Slack refuses ${method}: ${word}${details === '' ? '' : ` (${redact(details)})`}.`;
  return new LonghaulError(typeOf(word), said, { mend: mendOf(word, needed) });
}
