import { createGithubForge } from '../activities/forge/index.ts';
import type { ServerConfig } from '../config/server-config.ts';
import type { Forge } from '../core/ports/forge.ts';
import { createSecrets } from '../local/secrets.ts';
import type { SecretSource } from '../local/secrets.ts';

/** GitHub by the App or the token of the operator's file; null where it has none. Keys are read anew at each call. */
export function forgeOf({ github }: Pick<ServerConfig, 'github'>): Forge | null {
  if (github === undefined) return null;
  const { apiUrl, app, token } = github;
  return createGithubForge({
    apiUrl,
    credentials: async () =>
      app === undefined
        ? { kind: 'token', token: await secretValue('github.token', token) }
        : {
            kind: 'app',
            app: { id: app.id, privateKey: await secretValue('github.app.privateKey', app.privateKey) },
          },
  });
}

/** What presses of Slack's buttons are marked with; null where the operator's file has none. @throws LonghaulError MissingSecret */
export const signingSecretOf =
  ({ slack }: Pick<ServerConfig, 'slack'>): (() => Promise<string | null>) =>
  async () =>
    slack?.signingSecret === undefined ? null : secretValue('slack.signingSecret', slack.signingSecret);

async function secretValue(name: string, source: SecretSource | undefined): Promise<string> {
  const secrets = createSecrets({ sources: source === undefined ? {} : { [name]: source } });
  return (await secrets.resolve([name]))[name] ?? '';
}
