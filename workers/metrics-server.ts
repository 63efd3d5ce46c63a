import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { Registry } from 'prom-client';
import { LonghaulError } from '../core/errors.ts';

/** Serves `/metrics` on 127.0.0.1. @throws LonghaulError Conflict when the port is taken */
export async function serveMetrics(registry: Registry, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end('Metrics are at /metrics\n');
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new LonghaulError('Conflict', `The port ${port} for the worker's metrics is taken.`, {
      mend: 'Give another with --metrics-port, or 0 for none.',
      cause,
    });
  }
  return server;
}
