/** How GitHub and Slack reach Longhaul, and how Longhaul reaches them. */
import { z } from 'zod';
import { duration, httpUrl, port } from './fields.ts';
import { secretSource } from './secret-source.ts';

const app = z.strictObject({
  id: z.int().min(1).describe('App ID, as the App’s settings show it.'),
  privateKey: secretSource.describe('The App’s private key, in PEM.'),
});

/** Either an App or a token; both would leave open who speaks. */
export const githubConfigSchema = z
  .strictObject({
    app: app.optional().describe('A GitHub App: check runs, deployments, and deliveries asked for again.'),
    token: secretSource
      .optional()
      .describe(
        'Instead of an App, a token with `repo:status` and `public_repo` or `repo`: commit statuses.',
      ),
    webhookSecret: secretSource.describe('The secret that GitHub signs its deliveries with.'),
    apiUrl: httpUrl
      .default('https://api.github.com')
      .describe('GitHub’s API; a GitHub Enterprise Server has its own.'),
  })
  .refine((github) => (github.app === undefined) !== (github.token === undefined), {
    message: 'needs `app` or `token`, and not both',
  })
  .describe('GitHub: where events come from, and where results are shown. Left out: no GitHub.');

/** Either a bot's token with a channel, or an incoming webhook, which has its channel by itself. */
export const slackConfigSchema = z
  .strictObject({
    token: secretSource.optional().describe('Bot token with `chat:write`: a thread a release, and buttons.'),
    channel: z
      .string()
      .min(1)
      .optional()
      .describe('Id of the channel, such as `C024BE91L`. Needed with `token`.'),
    signingSecret: secretSource
      .optional()
      .describe('What Slack signs requests with when a button is pressed. Without it there are no buttons.'),
    webhookUrl: secretSource
      .optional()
      .describe('Instead of a bot, the address of an incoming webhook: single messages.'),
    apiUrl: httpUrl.default('https://slack.com/api/').describe('Slack’s Web API.'),
  })
  .refine((slack) => (slack.token === undefined) !== (slack.webhookUrl === undefined), {
    message: 'needs `token` or `webhookUrl`, and not both',
  })
  .refine((slack) => slack.token === undefined || slack.channel !== undefined, {
    message: 'needs `channel` beside `token`',
  })
  .describe('Slack: where people hear of releases and answer. Left out: no Slack.');

/** The server that GitHub and Slack send their requests to. */
export const webhooksConfigSchema = z
  .strictObject({
    host: z.string().min(1).default('127.0.0.1').describe('Address that the server listens on.'),
    port: port.default(8090).describe('Port that the server listens on.'),
    publicUrl: httpUrl
      .optional()
      .describe('Address at which GitHub, Slack and people reach it, behind a proxy that speaks TLS.'),
    askAgainEvery: duration
      .prefault('5m')
      .describe('How often GitHub is asked again for deliveries that it could not make. Needs a GitHub App.'),
    dataSecret: secretSource
      .optional()
      .describe(
        'What the owner of the data signs the call `POST /data/OWNER/REPO` with. Left out: no such calls.',
      ),
  })
  .describe('The server for GitHub’s and Slack’s requests. Left out: none is started.');

export type GithubConfig = z.output<typeof githubConfigSchema>;
export type SlackConfig = z.output<typeof slackConfigSchema>;
export type WebhooksConfig = z.output<typeof webhooksConfigSchema>;
