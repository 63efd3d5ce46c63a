import { createServer } from 'node:net';

/** A loopback port that nobody listens on now, other than those in `avoided`. */
export async function freePort(avoided: ReadonlySet<number> = new Set()): Promise<number> {
  for (;;) {
    const port = await listenOnce(0);
    if (port !== null && !avoided.has(port)) return port;
  }
}

/** Whether a server could listen on the port of 127.0.0.1 now. */
export async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== null;
}

function listenOnce(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(null);
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => {
        resolve(address !== null && typeof address === 'object' ? address.port : null);
      });
    });
  });
}
