import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { LonghaulError } from '../../core/errors.ts';

/** Metrics to serve; `refresh` brings gauges up to date just before they are read. */
export interface Scraped {
  readonly registry: Registry;
  readonly refresh: () => Promise<void>;
}

export interface MetricsServer {
  readonly port: number;
  readonly close: () => void;
}

/**
 * Serves all of them together as `/metrics` on 127.0.0.1; port 0 means one that is free. What cannot be brought up to
 * date is served as it was.
 * @throws LonghaulError Conflict when the port is taken
 */
export async function serveMetrics(scraped: readonly Scraped[], port: number): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end('Metrics are at /metrics\n');
      return;
    }
    read(scraped).then(
      (text) => response.writeHead(200, { 'content-type': Registry.PROMETHEUS_CONTENT_TYPE }).end(text),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new LonghaulError('Conflict', `The port ${port} for the worker's metrics is taken.`, {
      mend: 'Give another with --metrics-port, `auto` for any that is free, or 0 for none.',
      cause,
    });
  }
  return {
    port: portOf(server),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function read(scraped: readonly Scraped[]): Promise<string> {
  await Promise.allSettled(scraped.map(({ refresh }) => refresh()));
  const texts = await Promise.all(scraped.map(({ registry }) => registry.metrics()));
  return texts.join('\n');
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
