import { frontDoorSecrets } from '../../config/front-door-secrets.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import { LonghaulError } from '../../core/errors.ts';
import { mendOf } from '../../core/slack-words.ts';
import { createSecrets } from '../../local/secrets.ts';
import { checkOf, ok, problem, warning } from './finding.ts';
import type { Check, Found } from './finding.ts';

const patienceMs = 5_000;
const unreachable = 'See what stands between this machine and Slack, and https://status.slack.com.';

type Slack = NonNullable<ServerConfig['slack']>;

/** Slack, as far as can be seen without sending a message: the token and the channel, or the incoming webhook; buttons. */
export function slackChecks(config: ServerConfig, environment?: NodeJS.ProcessEnv): readonly Check[] {
  const { slack, webhooks } = config;
  if (slack === undefined) return [];
  const secrets = createSecrets({
    sources: frontDoorSecrets(config),
    ...(environment === undefined ? {} : { environment }),
  });
  const value = async (name: string): Promise<string> => (await secrets.resolve([name]))[name] ?? '';
  return [
    checkOf('connections', 'Slack', () =>
      slack.token === undefined ? hookFound(value) : botFound(slack, value),
    ),
    ...(slack.signingSecret === undefined
      ? []
      : [
          checkOf('connections', 'Slack’s buttons', async () => {
            await value('slack.signingSecret');
            return buttonsFound(slack, webhooks);
          }),
        ]),
  ];
}

type Value = (name: string) => Promise<string>;

/** Reads the newest message of the channel: what that needs is what keeps messages from being sent twice. */
async function botFound({ apiUrl, channel = '' }: Slack, value: Value): Promise<Found> {
  const token = await value('slack.token');
  const who = await call(apiUrl, token, 'auth.test', {});
  if (!who.ok) return refused('auth.test', who);
  const read = await call(apiUrl, token, 'conversations.history', { channel, limit: '1' });
  const said = `${who.user ?? 'a bot'} of ${who.team ?? 'a workspace'}, to ${channel}`;
  if (read.ok) return ok(said);
  if (read.error !== 'missing_scope') return refused(`the channel ${channel}`, read);
  return warning(
    `${said}; it cannot see its own messages, so that one whose answer is lost comes twice`,
    mendOf('missing_scope', read.needed),
  );
}

interface SlackSays {
  readonly ok: boolean;
  readonly error?: string;
  readonly needed?: string;
  readonly team?: string;
  readonly user?: string;
}

const refused = (what: string, { error = 'no word', needed }: SlackSays): Found =>
  problem(`Slack refuses ${what}: ${error}`, mendOf(error, needed));

async function call(
  apiUrl: string,
  token: string,
  method: string,
  values: Readonly<Record<string, string>>,
): Promise<SlackSays> {
  const answer = await sent(new URL(method, apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`), {
    headers: { authorization: `Bearer ${token}` },
    body: new URLSearchParams(values),
  });
  return (await answer.json()) as SlackSays;
}

/** Without a text nothing is posted: Slack says so where it knows the address. */
async function hookFound(value: Value): Promise<Found> {
  const address = await value('slack.webhookUrl');
  const mend = 'Make a new incoming webhook, and put its address where `slack.webhookUrl` says.';
  if (!URL.canParse(address)) return problem('the value of slack.webhookUrl is no address', mend);
  const { status } = await sent(new URL(address), {
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  return status === 400 || status === 200
    ? ok('an incoming webhook: single messages')
    : problem(`Slack does not know the incoming webhook (it answers ${status})`, mend);
}

function buttonsFound({ token }: Slack, webhooks: ServerConfig['webhooks']): Found {
  if (token === undefined)
    return warning('an incoming webhook has none', 'Set `slack.token` and `slack.channel` instead of it.');
  return webhooks === undefined
    ? warning(
        'nobody hears them',
        'Add `webhooks` to the operator’s file: the server that Slack sends presses to.',
      )
    : ok('presses are heard at /slack/interactions');
}

/** @throws LonghaulError Unreachable, which names neither token nor address */
const sent = (url: URL, request: Pick<RequestInit, 'headers' | 'body'>): Promise<Response> =>
  fetch(url, { method: 'POST', ...request, signal: AbortSignal.timeout(patienceMs) }).catch(
    (error: unknown) => {
      const cause = error instanceof Error ? error.cause : undefined;
      const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
      throw new LonghaulError('Unreachable', `Slack cannot be reached${code}.`, { mend: unreachable });
    },
  );
