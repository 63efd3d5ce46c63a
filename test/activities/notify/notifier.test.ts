import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createNotifier } from '../../../activities/notify/index.ts';
import { slackConfigSchema } from '../../../config/front-door-config.ts';
import type { Message, Notifier } from '../../../core/ports/notifier.ts';
import { LonghaulError } from '../../../core/errors.ts';
import { channel, startSlack } from '../../support/slack/index.ts';
import type { FakeSlack } from '../../support/slack/index.ts';

let slack: FakeSlack;
let environment: Record<string, string>;
let told: string[];

beforeEach(async () => {
  slack = await startSlack();
  environment = { TOKEN: slack.token, HOOK: slack.webhookUrl, SIGNING: slack.signingSecret };
  told = [];
});

afterEach(async () => {
  vi.useRealTimers();
  expect(slack.workspace.problems).toEqual([]);
  await slack.close();
});

function notifierOf(config: object): Notifier {
  const read = slackConfigSchema.parse({ apiUrl: slack.apiUrl, ...config });
  const notifier = createNotifier({ slack: read, environment, tell: (line) => told.push(line) });
  if (notifier === null) throw new Error('there is no notifier');
  return notifier;
}

const bot = (): Notifier => notifierOf({ token: { env: 'TOKEN' }, channel });
const hook = (): Notifier => notifierOf({ webhookUrl: { env: 'HOOK' } });

const message = (key: string, more: Partial<Message> = {}): Message => ({
  ...{ key, text: `news of ${key}` },
  blocks: [{ type: 'section', text: { type: 'mrkdwn', text: `*${key}*`, verbatim: true } }],
  ...more,
});

const shown = (): readonly string[] => slack.workspace.messages.map(({ text }) => text);

const failureOf = async (doing: Promise<unknown>): Promise<LonghaulError> => {
  const error: unknown = await doing.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof LonghaulError) return error;
  throw new Error(`no LonghaulError but ${String(error)}`);
};

test('a release has a thread: what begins it can be changed, what is in it can be seen in the channel too', async () => {
  const notifier = bot();
  const thread = (await notifier.send(message('begun'))) ?? { channel: '', id: '' };
  await notifier.send(message('approval', { thread, broadcast: true }));
  await notifier.update(thread, message('begun', { text: 'canary' }));
  expect(slack.workspace.messages).toMatchObject([
    { ts: thread.id, text: 'canary', edits: 1 },
    { thread: thread.id, text: 'news of approval', broadcast: true },
  ]);
});

test('no message is sent twice when an answer was lost, in a thread or at its beginning, however many follow', async () => {
  const notifier = bot();
  slack.faults.loseAnswer('chat.postMessage');
  await expect(notifier.send(message('begun'))).rejects.toMatchObject({ type: 'Unreachable' });
  for (const key of ['a', 'b', 'c', 'd']) await notifier.send(message(key));
  const thread = await notifier.send(message('begun'));
  if (thread === null) throw new Error('no thread');
  slack.faults.loseAnswer('chat.postMessage');
  await expect(notifier.send(message('verdict', { thread }))).rejects.toMatchObject({ type: 'Unreachable' });
  for (const key of ['e', 'f', 'g', 'h']) await notifier.send(message(key, { thread }));
  const again = await notifier.send(message('verdict', { thread }));
  expect(again).toEqual(await notifier.send(message('verdict', { thread })));
  expect(shown().filter((text) => text === 'news of begun' || text === 'news of verdict')).toHaveLength(2);
});

test('without the scope to look for messages it says so once, and goes on', async () => {
  slack.workspace.scopes.delete('channels:history');
  const notifier = bot();
  await notifier.send(message('a'));
  await notifier.send(message('b'));
  expect(shown()).toEqual(['news of a', 'news of b']);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(/may be sent twice.*channels:history/);
});

test('after 429 Slack is not asked again before the time that it names, and is asked after it', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const notifier = bot();
  slack.faults.tooMany('chat.postMessage', 30);
  const refused = await failureOf(notifier.send(message('a')));
  expect(refused).toMatchObject({ type: 'Unreachable', retryAfterMs: 30_000 });
  const posts = (): number =>
    slack.workspace.calls.filter(({ method }) => method === 'chat.postMessage').length;
  vi.advanceTimersByTime(29_000);
  expect(await failureOf(notifier.send(message('b')))).toMatchObject({ retryAfterMs: 1_000 });
  expect(posts()).toBe(1);
  vi.advanceTimersByTime(1_001);
  await notifier.send(message('a'));
  expect([posts(), shown()]).toEqual([2, ['news of a']]);
});

test.each([
  ['invalid_auth', 'NotPermitted', 'xoxb-'],
  ['token_revoked', 'NotPermitted', 'xoxb-'],
  ['channel_not_found', 'NotPermitted', 'slack.channel'],
  ['not_in_channel', 'NotPermitted', '/invite'],
  ['is_archived', 'NotPermitted', 'slack.channel'],
  ['msg_too_long', 'Rejected', 'docs/slack.md'],
  ['internal_error', 'Unreachable', 'tried again'],
  ['ratelimited', 'Unreachable', 'by itself'],
])('%s is told as %s, with what to do', async (word, type, mend) => {
  slack.faults.refuse('chat.postMessage', word);
  const failure = await failureOf(bot().send(message('a')));
  expect(failure).toMatchObject({ type, mend: expect.stringContaining(mend) as string });
});

test('a missing scope is named', async () => {
  slack.workspace.scopes.delete('chat:write');
  const failure = await failureOf(bot().send(message('a')));
  expect(failure).toMatchObject({
    type: 'NotPermitted',
    mend: expect.stringContaining('chat:write') as string,
  });
});

test('Slack that is down or broken is a passing fault, of the bot and of the webhook', async () => {
  slack.faults.down = true;
  for (const notifier of [bot(), hook()])
    expect(await failureOf(notifier.send(message('a')))).toMatchObject({ type: 'Unreachable' });
  slack.faults.down = false;
  for (const [notifier, method] of [[bot(), 'chat.postMessage'] as const, [hook(), 'webhook'] as const]) {
    slack.faults.break(method);
    expect(await failureOf(notifier.send(message('a')))).toMatchObject({ type: 'Unreachable' });
    await notifier.send(message('a'));
  }
  expect(shown()).toEqual(['news of a', 'news of a']);
});

test('an incoming webhook takes single messages; updates and whispers do nothing', async () => {
  const notifier = hook();
  expect(notifier.can).toEqual({ threads: false, buttons: false });
  expect(await notifier.send(message('a'))).toBeNull();
  await notifier.update({ channel, id: '1' }, message('a'));
  await notifier.whisper({ channel, user: 'U024BE7LH', text: 'psst' });
  expect(slack.workspace.messages).toMatchObject([{ text: 'news of a', by: 'webhook', edits: 0 }]);
});

test('the incoming webhook too waits as long as Slack says, and tells what is wrong with it', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const notifier = hook();
  slack.faults.tooMany('webhook', 5);
  expect(await failureOf(notifier.send(message('a')))).toMatchObject({ retryAfterMs: 5_000 });
  await failureOf(notifier.send(message('a')));
  expect(slack.workspace.calls).toHaveLength(1);
  vi.advanceTimersByTime(5_001);
  slack.faults.refuse('webhook', 'no_service');
  expect(await failureOf(notifier.send(message('a')))).toMatchObject({
    type: 'NotPermitted',
    mend: expect.stringContaining('slack.webhookUrl') as string,
  });
});

test('a whisper reaches one person, in the thread', async () => {
  const notifier = bot();
  const thread = await notifier.send(message('a'));
  await notifier.whisper({ channel, user: 'U024BE7LH', text: 'not you', thread: thread?.id ?? '' });
  expect(slack.workspace.whispers).toEqual([{ user: 'U024BE7LH', text: 'not you', thread: thread?.id }]);
});

test('no error names the token or the webhook’s address, whatever goes wrong with it', async () => {
  const secrets = [slack.token, `${slack.token}\nbroken`, 'xoxb-ünicode-token'];
  for (const secret of secrets) {
    environment['TOKEN'] = secret;
    for (const word of ['invalid_auth', `you sent ${secret}`]) {
      slack.faults.refuse('chat.postMessage', word);
      const failure = await failureOf(bot().send(message('a')));
      expect(everythingOf(failure)).not.toContain(secret);
    }
  }
  for (const address of [slack.webhookUrl, 'http://127.0.0.1:9/services/T1/B1/secret', 'no address at all']) {
    environment['HOOK'] = address;
    slack.faults.refuse('webhook', `no such thing as ${address}`);
    const failure = await failureOf(hook().send(message('a')));
    expect(everythingOf(failure)).not.toContain(address);
    expect(everythingOf(failure)).not.toMatch(/services\/T/);
  }
});

const everythingOf = (error: LonghaulError): string =>
  [error.message, error.stack, JSON.stringify(error), String(error.cause)].join('\n');

test('a token that is changed is used at once, and one that is missing is told by its name', async () => {
  const notifier = bot();
  environment['TOKEN'] = 'xoxb-old';
  expect(await failureOf(notifier.send(message('a')))).toMatchObject({ type: 'NotPermitted' });
  environment['TOKEN'] = slack.token;
  await notifier.send(message('a'));
  delete environment['TOKEN'];
  expect(await failureOf(notifier.send(message('b')))).toMatchObject({
    type: 'MissingSecret',
    message: expect.stringContaining('slack.token') as string,
  });
  expect(shown()).toEqual(['news of a']);
});
