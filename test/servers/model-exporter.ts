import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as a model server would count it. */
export interface ServedRequest {
  readonly seconds: number;
  readonly failed?: boolean;
  /** It chose the candidate by header. */
  readonly chosen?: boolean;
}

export interface ModelExporter {
  readonly address: string;
  readonly serve: (...requests: readonly ServedRequest[]) => void;
  /** As after a crash: all counters are zero again. */
  readonly restart: () => void;
  /** Resolves when all that was served before the call is scraped and stored. */
  readonly scraped: () => Promise<void>;
  readonly stop: () => void;
}

/** Exposes the metrics of a model server, without the model. `edges` are written into `le` as given. */
export async function startModelExporter(edges: readonly string[]): Promise<ModelExporter> {
  let requests: ServedRequest[] = [];
  let startedAt = 1_700_000_000;
  let waiting: (() => void)[] = [];
  const server = createServer((_, response) => {
    response
      .writeHead(200, { 'content-type': 'text/plain; version=0.0.4' })
      .end(exposition(requests, edges, startedAt));
    for (const resolve of waiting.splice(0)) resolve();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const nextScrape = (): Promise<void> => new Promise((resolve) => (waiting = [...waiting, resolve]));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve: (...served) => void requests.push(...served),
    restart: () => {
      requests = [];
      startedAt += 60;
    },
    async scraped() {
      await nextScrape();
      // A scrape begins only once the one before is stored.
      await nextScrape();
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function exposition(requests: readonly ServedRequest[], edges: readonly string[], startedAt: number): string {
  const lines = [
    '# TYPE model_requests_total counter',
    '# TYPE model_errors_total counter',
    '# TYPE model_latency histogram',
    `process_start_time_seconds ${startedAt}`,
  ];
  for (const canary of ['true', 'false']) {
    const own = requests.filter(({ chosen = false }) => String(chosen) === canary);
    const label = `canary="${canary}"`;
    lines.push(`model_requests_total{${label}} ${own.length}`);
    lines.push(`model_errors_total{${label}} ${own.filter(({ failed = false }) => failed).length}`);
    for (const edge of [...edges, '+Inf']) {
      const limit = edge === '+Inf' ? Infinity : Number(edge);
      const within = own.filter(({ seconds }) => seconds <= limit).length;
      lines.push(`model_latency_bucket{${label},le="${edge}"} ${within}`);
    }
    lines.push(`model_latency_count{${label}} ${own.length}`, `model_latency_sum{${label}} 0`);
  }
  return `${lines.join('\n')}\n`;
}
