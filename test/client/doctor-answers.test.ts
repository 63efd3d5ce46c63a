import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judgeAnswers } from '../../client/doctor/answers.ts';

let version: string | null = '3';
const server = createServer(({ headers, url }, response) => {
  if (url !== '/healthz' || headers.host !== 'flights.test') response.writeHead(404).end();
  else response.writeHead(200, version === null ? {} : { 'x-model-version': version }).end();
});
let baseUrl: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

const serve = { healthPath: '/healthz', versionHeader: 'X-Model-Version' };
const served = [
  { track: 'stable', arm: { version: '3', serve } },
  { track: 'candidate', arm: { version: '4', serve } },
] as unknown as Parameters<typeof judgeAnswers>[1];

test('the doctor asks where users do for the version that an undo is proven by, and says how to mend', async () => {
  const headers = { host: 'flights.test' };
  expect(await judgeAnswers({ baseUrl, headers }, [])).toBeNull();
  expect(await judgeAnswers({ baseUrl, headers }, served)).toMatchObject({ state: 'ok' });
  version = '4';
  expect(await judgeAnswers({ baseUrl, headers }, served)).toMatchObject({ state: 'ok' });
  version = '9';
  expect(await judgeAnswers({ baseUrl, headers }, served)).toMatchObject({
    state: 'problem',
    said: `GET ${baseUrl}/healthz is answered as version 9, which is not served here`,
    mend: expect.stringContaining('its own model, which serves version 3') as unknown,
  });
  version = null;
  expect(await judgeAnswers({ baseUrl, headers }, served)).toMatchObject({
    state: 'problem',
    said: `GET ${baseUrl}/healthz is answered without a version`,
    mend: expect.stringContaining('names $MODEL_VERSION in the header X-Model-Version') as unknown,
  });
  expect(await judgeAnswers({ baseUrl, headers: {} }, served)).toMatchObject({ state: 'problem' });
});
