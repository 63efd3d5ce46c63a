import type { SlackConfig } from '../../config/front-door-config.ts';
import type { Notifier } from '../../core/ports/notifier.ts';
import { createSecrets } from '../../local/secrets.ts';
import type { SecretSource } from '../../local/secrets.ts';
import { createBotNotifier } from './bot-notifier.ts';
import { createWebhookNotifier } from './webhook-notifier.ts';

/**
 * Slack as the operator's file says it is reached, or null where it names none. Secrets are read anew at each call, so
 * that a token may be changed while workers run. `tell` hears what people should know although nothing fails.
 */
export function createNotifier(options: {
  readonly slack: SlackConfig | undefined;
  readonly tell: (line: string) => void;
  readonly environment?: NodeJS.ProcessEnv;
}): Notifier | null {
  const { slack, tell, environment } = options;
  if (slack === undefined) return null;
  const value = (name: string, source: SecretSource) => async (): Promise<string> => {
    const secrets = createSecrets({
      sources: { [name]: source },
      ...(environment === undefined ? {} : { environment }),
    });
    return (await secrets.resolve([name]))[name] ?? '';
  };
  const { apiUrl, channel, signingSecret, token, webhookUrl } = slack;
  if (token !== undefined && channel !== undefined)
    return createBotNotifier({
      ...{ apiUrl, channel, tell },
      token: value('slack.token', token),
      hearsButtons: signingSecret !== undefined,
    });
  return webhookUrl === undefined
    ? null
    : createWebhookNotifier({ url: value('slack.webhookUrl', webhookUrl) });
}
