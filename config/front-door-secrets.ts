import type { SecretSource } from './secret-source.ts';
import type { ServerConfig } from './server-config.ts';

/** Where the secrets of GitHub, Slack and the webhook server are, by the key of the operator's file: `slack.token`. */
export function frontDoorSecrets({
  github,
  slack,
  webhooks,
}: Pick<ServerConfig, 'github' | 'slack' | 'webhooks'>): Readonly<Record<string, SecretSource>> {
  const sources: Readonly<Record<string, SecretSource | undefined>> = {
    'github.app.privateKey': github?.app?.privateKey,
    'github.token': github?.token,
    'github.webhookSecret': github?.webhookSecret,
    'slack.token': slack?.token,
    'slack.signingSecret': slack?.signingSecret,
    'slack.webhookUrl': slack?.webhookUrl,
    'webhooks.dataSecret': webhooks?.dataSecret,
  };
  return Object.fromEntries(
    Object.entries(sources).flatMap(([name, source]) => (source === undefined ? [] : [[name, source]])),
  );
}
