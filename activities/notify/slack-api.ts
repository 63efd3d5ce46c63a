import { LogLevel, WebClient } from '@slack/web-api';
import type { Logger, WebAPICallResult } from '@slack/web-api';
import { createRedactor } from '../../core/redact.ts';
import { Pauses } from './pauses.ts';
import { slackFailure } from './slack-failure.ts';

/** Calls one method of Slack's Web API, once. @throws LonghaulError as {@link slackFailure} says */
export type SlackApi = (
  method: string,
  values: Readonly<Record<string, unknown>>,
) => Promise<WebAPICallResult>;

const patienceMs = 15_000;

/**
 * Slack's Web API with a bot's token. Nothing is tried again here: activities are. After a refusal for too many calls,
 * the method is not called before the time that Slack has named, whoever asks.
 */
export function createSlackApi(options: {
  readonly apiUrl: string;
  readonly token: () => Promise<string>;
}): SlackApi {
  const pauses = new Pauses();
  let made: { readonly token: string; readonly client: WebClient } | undefined;
  const clientOf = (token: string): WebClient => {
    if (made?.token !== token) made = { token, client: connect(options.apiUrl, token) };
    return made.client;
  };
  return async (method, values) => {
    pauses.check(method);
    const token = await options.token();
    try {
      return await clientOf(token).apiCall(method, values);
    } catch (error) {
      throw pauses.remember(method, slackFailure(error, method, createRedactor([token])));
    }
  };
}

const connect = (apiUrl: string, token: string): WebClient =>
  new WebClient(token, {
    slackApiUrl: apiUrl,
    allowAbsoluteUrls: false,
    rejectRateLimitedCalls: true,
    retryConfig: { retries: 0 },
    timeout: patienceMs,
    logger: silence,
  });

const nothing = (): void => undefined;

/** All that matters is in the error. */
const silence: Logger = {
  ...{ debug: nothing, info: nothing, warn: nothing, error: nothing },
  ...{ setLevel: nothing, setName: nothing },
  getLevel: () => LogLevel.ERROR,
};
