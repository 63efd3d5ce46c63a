import { afterEach, beforeEach, expect, test } from 'vitest';
import { slackChecks } from '../../client/doctor/slack.ts';
import { examine } from '../../client/doctor/examine.ts';
import { serverConfigSchema } from '../../config/server-config.ts';
import { channel, startSlack } from '../support/slack/index.ts';
import type { FakeSlack } from '../support/slack/index.ts';

let slack: FakeSlack;

beforeEach(async () => {
  slack = await startSlack();
});

afterEach(() => slack.close());

async function found(config: object, more: object = {}): Promise<readonly object[]> {
  const read = serverConfigSchema.parse({
    ...{ version: 1, slack: { apiUrl: slack.apiUrl, ...config } },
    ...more,
  });
  const environment = {
    TOKEN: slack.token,
    SIGNING: slack.signingSecret,
    HOOK: slack.webhookUrl,
    OLD: 'xoxb-old',
  };
  const findings = await examine(slackChecks(read, environment), () => undefined);
  expect(JSON.stringify(findings)).not.toMatch(/xoxb-[a-z]|made-up/);
  return findings;
}

const bot = { token: { env: 'TOKEN' }, channel };

test('a bot that can speak in its channel is well, and looking sends no message', async () => {
  expect(await found({ ...bot, signingSecret: { env: 'SIGNING' } }, { webhooks: {} })).toMatchObject([
    { name: 'Slack', state: 'ok', said: `longhaul of Acme, to ${channel}` },
    { name: 'Slack’s buttons', state: 'ok' },
  ]);
  expect(slack.workspace.messages).toEqual([]);
});

test('a token, a channel, a scope, a secret or a server that is missing is told with what to do', async () => {
  expect(await found({ ...bot, token: { env: 'OLD' } })).toMatchObject([
    { state: 'problem', said: expect.stringMatching(/invalid_auth/) as string },
  ]);
  expect(await found({ ...bot, channel: 'C0OTHER' })).toMatchObject([
    { state: 'problem', mend: expect.stringMatching(/invite/) as string },
  ]);
  expect(await found({ ...bot, token: { env: 'NONE' } })).toMatchObject([
    { state: 'problem', said: expect.stringMatching(/slack.token/) as string },
  ]);
  expect(await found({ ...bot, signingSecret: { env: 'SIGNING' } })).toMatchObject([
    { state: 'ok' },
    { state: 'warning', mend: expect.stringMatching(/webhooks/) as string },
  ]);
  slack.workspace.scopes.delete('channels:history');
  expect(await found(bot)).toMatchObject([
    { state: 'warning', mend: expect.stringMatching(/channels:history/) as string },
  ]);
});

test('an incoming webhook is asked without a message, and one that is gone is told', async () => {
  const hook = { webhookUrl: { env: 'HOOK' } };
  expect(await found(hook)).toMatchObject([{ state: 'ok' }]);
  slack.faults.refuse('webhook', 'no_service');
  expect(await found(hook)).toMatchObject([
    { state: 'problem', said: expect.stringMatching(/404/) as string },
  ]);
  slack.faults.down = true;
  expect(await found(hook)).toMatchObject([
    { state: 'problem', said: expect.stringMatching(/cannot be reached/) as string },
  ]);
  expect(slack.workspace.messages).toEqual([]);
});
