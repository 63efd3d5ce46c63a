import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGithub } from '../../support/github/index.ts';
import type { FakeGithub } from '../../support/github/index.ts';
import { forgeByApp, forgeByToken, project } from './forge-site.ts';

const secret = 'It is a secret to everybody';
let github: FakeGithub;
let answers: (event: string) => number;
const heard: { readonly guid: string; readonly signed: boolean }[] = [];

const receiver = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const mac = createHmac('sha256', secret).update(Buffer.concat(chunks)).digest('hex');
    const guid = String(request.headers['x-github-delivery']);
    heard.push({ guid, signed: request.headers['x-hub-signature-256'] === `sha256=${mac}` });
    response.writeHead(answers(String(request.headers['x-github-event']))).end();
  });
});

beforeEach(async () => {
  github = await startGithub({ repositories: [project] });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  github.deliveries.target = { url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`, secret };
  heard.length = 0;
  answers = () => 202;
});
afterEach(async () => {
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
  await github.stop();
});

const longAgo = '2000-01-01T00:00:00Z';

test('deliveries that failed are listed over pages, oldest first, and asked for again by their whole id', async () => {
  const forge = forgeByApp(github);
  answers = (event) => (event === 'push' ? 500 : 202);
  for (let index = 0; index < 120; index += 1) {
    await github.deliveries.deliver(index % 2 === 0 ? 'push' : 'ping', { index });
  }
  const failed = await forge.failedDeliveries(longAgo);
  expect(failed).toHaveLength(60);
  const [first] = github.deliveries.all;
  expect(failed?.[0]).toEqual({
    ...{ id: String(first?.id), guid: first?.guid, deliveredAt: first?.deliveredAt },
    ...{ status: 'Invalid HTTP Response: 500', statusCode: 500 },
  });
  answers = () => 202;
  for (const { id } of failed ?? []) await forge.redeliver(id);
  await github.deliveries.settled();
  expect(await forge.failedDeliveries(longAgo)).toEqual([]);
  expect(heard.slice(120).map(({ guid }) => guid)).toEqual(failed?.map(({ guid }) => guid));
  expect(heard.every(({ signed }) => signed)).toBe(true);
});

test('the newest try of a delivery counts, and what is older than asked for does not', async () => {
  const forge = forgeByApp(github);
  answers = () => 503;
  const old = await github.deliveries.deliver('push', {});
  Object.assign(old, { deliveredAt: '2020-01-01T00:00:00Z' });
  const again = await github.deliveries.deliver('push', {});
  await forge.redeliver(String(again.id));
  await github.deliveries.settled();
  const failed = await forge.failedDeliveries('2021-01-01T00:00:00Z');
  expect(failed?.map(({ id }) => id)).toEqual([String(github.deliveries.all.at(-1)?.id)]);
});

test('a plain token cannot ask', async () => {
  const forge = forgeByToken(github);
  expect(await forge.failedDeliveries(longAgo)).toBeNull();
  await expect(forge.redeliver('1')).rejects.toMatchObject({ type: 'NotPermitted' });
});
