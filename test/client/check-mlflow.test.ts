import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { checkMlflow } from '../../client/check-mlflow.ts';

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

/** A server that answers everything with one status; resolves to its address. */
async function answering(status: number): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () =>
    new Promise((resolve) =>
      server.close(() => {
        resolve();
      }),
    );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a registry that nobody listens for is told with its address and what to do', async () => {
  const address = await answering(200);
  await close?.();
  close = undefined;
  await expect(checkMlflow(address)).rejects.toMatchObject({
    type: 'Unreachable',
    message: expect.stringMatching(
      new RegExp(`MLflow does not answer at ${address} .*ECONNREFUSED.*longhaul up`),
    ) as string,
  });
});

test('a registry that is broken is told with what it answers', async () => {
  await expect(checkMlflow(await answering(503))).rejects.toMatchObject({
    message: expect.stringContaining('503') as string,
  });
});

test.each([200, 401])('a registry that answers %i is there', async (status) => {
  await expect(checkMlflow(await answering(status))).resolves.toBeUndefined();
});
