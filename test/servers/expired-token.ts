import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const words = [
  '<?xml version="1.0" encoding="UTF-8"?>',
  '<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message>',
  '<RequestId>4442587FB7D0A2F9</RequestId><HostId>host</HostId></Error>',
].join('\n');

/** An S3 whose every answer is that of AWS to a session token that has expired: 400, and a body but for HEAD. */
export async function startExpiredTokenServer(): Promise<{
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}> {
  const server = createServer((request, response) => {
    response.writeHead(400, { 'content-type': 'application/xml', 'x-amz-request-id': '4442587FB7D0A2F9' });
    response.end(request.method === 'HEAD' ? undefined : words);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
