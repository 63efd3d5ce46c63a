import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kubernetesEnvironment } from '../../../config/cluster-config.ts';
import { previewVariables } from '../../../core/base-url.ts';
import { previewOf, refuseOtherVersion } from '../../../k8s/target/preview.ts';

/** Answers as version 4 who asks for the preview by its name, and as version 3 anybody else. */
const gateway = createServer(({ headers, url }, response) => {
  const version = headers.host === 'preview.test' && headers['x-team'] === 'ml' ? '4' : '3';
  response.writeHead(url === '/healthz' ? 200 : 404, { 'x-model-version': version }).end();
});
let previewUrl: string;
beforeAll(async () => {
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  previewUrl = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
});
afterAll(() => {
  gateway.close();
});

const environmentWith = (given: object) =>
  kubernetesEnvironment.parse({
    ...{ target: 'kubernetes', namespace: 'ranking', service: 'ranking' },
    ...{ baseUrl: 'http://users.test', prometheus: 'http://127.0.0.1:1', ...given },
  });
const lane = { model: 'ranking', environment: 'production' };
const arm = {
  id: 'ranking-v4',
  version: '4',
  serve: { healthPath: '/healthz', versionHeader: 'X-Model-Version' },
} as Parameters<typeof refuseOtherVersion>[1];

const variables = (given: object) => {
  const environment = environmentWith(given);
  const parts = { environment, cluster: { namespace: 'ranking' } } as Parameters<typeof previewOf>[0];
  const { baseUrl, headers } = environment;
  return previewVariables({ baseUrl, headers, ...previewOf(parts, lane) });
};

test('tests of a preview get the headers that it needs, but not the host where users are served', () => {
  const headers = { Host: 'users.test', 'x-team': 'ml' };
  expect(variables({ headers })).toEqual({
    BASE_URL: 'http://ranking-preview.ranking.svc',
    BASE_HEADERS: '{"x-team":"ml"}',
  });
  const previewHeaders = { host: 'preview.test' };
  expect(variables({ headers, previewUrl: 'http://gateway.test', previewHeaders })).toEqual({
    BASE_URL: 'http://gateway.test',
    BASE_HEADERS: '{"host":"preview.test"}',
  });
  expect(variables({ headers: { host: 'users.test' } })).toEqual({
    BASE_URL: 'http://ranking-preview.ranking.svc',
  });
});

test('nobody is switched to a preview that does not answer as the candidate’s version', async () => {
  const headers = { host: 'preview.test', 'x-team': 'ml' };
  await refuseOtherVersion(environmentWith({ previewUrl, previewHeaders: headers }), arm, 500);
  const astray = environmentWith({ previewUrl, headers });
  await expect(refuseOtherVersion(astray, arm, 500)).rejects.toMatchObject({
    type: 'NotReady',
    message: expect.stringMatching(
      /ranking-v4 is not it: GET .*\/healthz is answered as version 3, not as version 4\. .*previewUrl/,
    ) as unknown,
  });
  await expect(refuseOtherVersion(environmentWith({}), arm, 500)).resolves.toBeUndefined();
});
