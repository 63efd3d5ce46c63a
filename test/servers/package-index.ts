import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A package index (PEP 503) on the loopback that has one version of one package, `demo`, and nothing else. */
export async function startPackageIndex(): Promise<{
  readonly url: string;
  readonly stop: () => Promise<void>;
}> {
  const server = createServer((request, response) => {
    const known = request.url === '/simple/demo/';
    response.writeHead(known ? 200 : 404, { 'content-type': 'text/html' });
    response.end(
      known ? '<!DOCTYPE html><a href="/demo-1.0-py3-none-any.whl">demo-1.0-py3-none-any.whl</a>' : '',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
