import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { fastify } from 'fastify';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createWebhookMetrics } from '../../client/webhooks/metrics.ts';
import { serveWebhooks } from '../../client/webhooks/serve.ts';
import { slackDoor } from '../../client/webhooks/slack-door.ts';
import { createStartAnswer } from '../../client/webhooks/start-answer.ts';
import type { AnswerStart, StartAnswer } from '../../client/webhooks/start-answer.ts';
import { releaseNews } from '../../core/render/slack/release-news.ts';
import { checkMark } from '../../local/slack-mark.ts';
import type { AnswerInput } from '../../workflows/inputs.ts';
import { askedRelease } from '../core/render/slack/sample-news.ts';
import { channel, startSlack } from '../support/slack/index.ts';
import type { FakeSlack } from '../support/slack/index.ts';
import { pressBody, signedHeaders } from '../support/slack/press.ts';
import { blocksShape } from '../support/slack/shapes.ts';
import type { ShownMessage } from '../support/slack/workspace.ts';

let slack: FakeSlack;
let server: FastifyInstance;
let url: string;
let starts: { readonly digest: string; readonly input: AnswerInput }[];
let logged: string[];

beforeEach(async () => {
  slack = await startSlack();
  starts = [];
  logged = [];
  await open((digest, input) => {
    const known = starts.some((start) => start.digest === digest);
    starts.push({ digest, input });
    return Promise.resolve<AnswerStart>(known ? 'repeat' : 'started');
  });
});

afterEach(async () => {
  await server.close();
  await slack.close();
});

async function open(start: StartAnswer): Promise<void> {
  server = fastify();
  server.register(
    slackDoor({
      start,
      metrics: createWebhookMetrics(),
      log: (...entry) => logged.push(JSON.stringify(entry)),
      now: Date.now,
      signingSecret: () => Promise.resolve(slack.signingSecret),
    }),
  );
  url = `${await server.listen({ host: '127.0.0.1', port: 0 })}/slack/interactions`;
}

/** The question of a release, as it stands in Slack. */
function question(): ShownMessage {
  const view = { now: '2026-11-23T11:00:00.000Z', can: { threads: true, buttons: true } };
  const asked = releaseNews(askedRelease, view).find(({ key }) => key.includes('/approval/'));
  const { text, blocks } = asked ?? { text: '', blocks: [] };
  return slack.workspace.add({
    text,
    blocks: blocksShape.parse(blocks),
    by: 'bot',
    thread: '1790000000.000001',
  });
}

const post = (body: string, headers: Record<string, string>): Promise<number> =>
  fetch(url, { method: 'POST', body, headers }).then(({ status }) => status);

const now = (): number => Math.floor(Date.now() / 1000);

test('a press is taken: who, what, for which evidence and why, with a mark that is good for just that', async () => {
  const before = new Date().toISOString();
  const { status } = await slack.press(url, {
    ...{ message: question(), action: 'longhaul_reject', typed: ' too slow ' },
    user: { id: 'U0ANN', name: 'ann' },
  });
  expect(status).toBe(200);
  const { message, ...input } = starts[0]?.input ?? { message: undefined };
  expect(input).toEqual({
    ...{ release: askedRelease.id, word: 'reject', user: 'U0ANN', channel },
    thread: '1790000000.000001',
  });
  expect(message).toMatchObject({ by: 'ann', comment: 'too slow', evidence: askedRelease.evidence.digest });
  const proof = message?.proof;
  if (proof?.kind !== 'slackButton') throw new Error('no proof');
  const { at, mark, name, user } = proof;
  expect(at >= before).toBe(true);
  const { comment, evidence } = message ?? {};
  const press = { release: askedRelease.id, word: 'reject', user, name, at };
  expect(
    checkMark(slack.signingSecret, { ...press, comment: comment ?? '', evidence: evidence ?? '' }, mark),
  ).toBe(true);
});

test('the same bytes again start nothing new', async () => {
  const body = pressBody({ message: question(), action: 'longhaul_approve' }, channel);
  const headers = signedHeaders(slack.signingSecret, body);
  expect([await post(body, headers), await post(body, headers)]).toEqual([200, 200]);
  expect(new Set(starts.map(({ digest }) => digest)).size).toBe(1);
});

test('what Slack has not signed, not so or not now, is refused and starts nothing', async () => {
  const body = pressBody({ message: question(), action: 'longhaul_approve' }, channel);
  const signed = signedHeaders(slack.signingSecret, body);
  const { 'x-slack-signature': signature = '', ...unsigned } = signed;
  const forged: readonly (readonly [string, string, Record<string, string>])[] = [
    ['no signature', body, unsigned],
    ['another secret', body, signedHeaders('another', body)],
    ['another body', `${body}&x=1`, signed],
    ['another time', body, { ...signed, 'x-slack-request-timestamp': String(now() - 1) }],
    ['no time', body, { 'x-slack-signature': signature }],
    ['six minutes old', body, signedHeaders(slack.signingSecret, body, now() - 360)],
    ['six minutes ahead', body, signedHeaders(slack.signingSecret, body, now() + 360)],
    ['a time that is none', body, { ...signed, 'x-slack-request-timestamp': 'NaN' }],
    ['half a signature', body, { ...signed, 'x-slack-signature': signature.slice(0, 40) }],
    ['no HMAC', body, { ...signed, 'x-slack-signature': `v0=${'0'.repeat(64)}` }],
  ];
  for (const [what, bytes, headers] of forged)
    expect([what, await post(bytes, headers)]).toEqual([what, 401]);
  expect(starts).toEqual([]);
  expect(await post(body, signedHeaders(slack.signingSecret, body, now() - 290))).toBe(200);
});

test('what is signed and is no press of ours is answered, and starts nothing', async () => {
  const send = (payload: string): Promise<number> => {
    const body = new URLSearchParams({ payload }).toString();
    return post(body, signedHeaders(slack.signingSecret, body));
  };
  const foreign = { type: 'block_actions', actions: [{ action_id: 'somebody_elses' }] };
  const ours = { type: 'block_actions', actions: [{ action_id: 'longhaul_approve', value: '{}' }] };
  expect(await send(JSON.stringify(foreign))).toBe(200);
  expect(await send('{"type":"view_closed"}')).toBe(200);
  expect(await send(JSON.stringify(ours))).toBe(400);
  expect(await send('no JSON')).toBe(400);
  expect(await send(`"${'x'.repeat(1_100_000)}"`)).toBe(413);
  expect(starts).toEqual([]);
});

test('nothing that was sent is logged', async () => {
  await slack.press(url, { message: question(), action: 'longhaul_reject', typed: 'a private reason' });
  expect(logged).toHaveLength(1);
  expect(logged.join()).not.toMatch(/private|ann|U024BE7LH|secret/);
});

/** A Temporal that takes connections and says nothing. */
async function openSilence(): Promise<{ readonly address: string; close(): void }> {
  const sockets = new Set<Socket>();
  const silence = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((listening) => silence.listen(0, '127.0.0.1', listening));
  return {
    address: `127.0.0.1:${(silence.address() as AddressInfo).port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      silence.close();
    },
  };
}

test('Slack is answered within three seconds while Temporal says nothing, and told that it did not work', async () => {
  await server.close();
  const silence = await openSilence();
  const connection = Connection.lazy({ address: silence.address });
  await open(createStartAnswer(new Client({ connection }), 3_000));
  const { status, ms } = await slack.press(url, { message: question(), action: 'longhaul_approve' });
  expect(status).toBe(503);
  expect(ms).toBeLessThan(3_000);
  await server.close();
  await connection.close();
  silence.close();
});

test('a press that Temporal takes late is not lost: its start goes on after the answer, and while the server closes', async () => {
  await server.close();
  let taken = false;
  const client = {
    withDeadline: (_at: number, start: () => Promise<unknown>) => start(),
    workflow: {
      start: async () => {
        await delay(2_600);
        taken = true;
      },
    },
  } as unknown as Client;
  await open(createStartAnswer(client));
  const { status, ms } = await slack.press(url, { message: question(), action: 'longhaul_approve' });
  expect([status, taken]).toEqual([503, false]);
  expect(ms).toBeLessThan(3_000);
  await server.close();
  expect(taken).toBe(true);
});

test('the webhook server has the door where the operator’s file has a signing secret, and none elsewhere', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'longhaul-slack-'));
  const [port, silence] = [await freePort(), await openSilence()];
  const common = [
    'version: 1',
    `temporal: { address: '${silence.address}' }`,
    `webhooks: { port: ${port} }`,
    'slack: { token: { file: token }, channel: C024BE91L',
  ].join('\n');
  const file = join(folder, 'longhaul.server.yaml');
  await writeFile(join(folder, 'signing'), slack.signingSecret);
  const answered = async (rest: string): Promise<readonly number[]> => {
    await writeFile(file, `${common}${rest} }\n`);
    const running = await serveWebhooks(file, (line) => logged.push(line));
    url = `http://127.0.0.1:${port}/slack/interactions`;
    const body = new URLSearchParams({ payload: '{"type":"view_closed"}' }).toString();
    const statuses = [
      await post(body, signedHeaders(slack.signingSecret, body)),
      await post(body, signedHeaders('another', body)),
    ];
    await running.stop();
    return statuses;
  };
  expect(await answered(', signingSecret: { file: signing }')).toEqual([200, 401]);
  expect(await answered('')).toEqual([404, 404]);
  expect(logged.join()).not.toContain(slack.signingSecret);
  silence.close();
  await rm(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((listening) => probe.listen(0, '127.0.0.1', listening));
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return port;
}
