import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMlflowRegistry } from '../../../activities/registry/index.ts';
import { freePort } from '../../servers/process.ts';

describe('a registry that is not as it should be', () => {
  let status = 200;
  let silent = false;
  const server = createServer((_, response) => {
    if (!silent) response.writeHead(status).end('<html>hello</html>');
  });
  let trackingUri: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    trackingUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const getAlias = (uri: string) =>
    createMlflowRegistry({ trackingUri: uri, timeoutMs: 200 }).getAlias('delays', 'champion');

  it('is unreachable when nothing listens: names the URL and the way out', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}`;
    await expect(getAlias(nowhere)).rejects.toMatchObject({
      type: 'Unreachable',
      message: expect.stringMatching(
        new RegExp(`${nowhere}.*ECONNREFUSED.*longhaul up.*mlflow.trackingUri`),
      ) as string,
    });
  });

  it.each([429, 500, 503])('is unreachable for now when it answers %i', async (answer) => {
    status = answer;
    await expect(getAlias(trackingUri)).rejects.toMatchObject({ type: 'Unreachable' });
  });

  it('is unreachable when it does not answer in time', async () => {
    silent = true;
    await expect(getAlias(trackingUri)).rejects.toMatchObject({ type: 'Unreachable' });
    silent = false;
  });

  it.each([200, 404])('is the wrong server when it answers %i with a page', async (answer) => {
    status = answer;
    await expect(getAlias(trackingUri)).rejects.toMatchObject({
      type: 'Rejected',
      message: expect.stringContaining('mlflow.trackingUri') as string,
    });
  });
});
