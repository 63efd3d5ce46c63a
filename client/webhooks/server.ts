import { fastify } from 'fastify';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import { dataDoor } from './data-door.ts';
import type { DoorParts } from './doors.ts';
import { githubDoor } from './github-door.ts';
import type { Served } from './github-door.ts';

export interface WebhookServerParts extends DoorParts {
  /** Projects that are served now, as the operator's file writes them. */
  readonly projects: () => readonly string[];
  /** Values of the secrets, read anew each time; absent: no such door. */
  readonly secrets: {
    readonly github?: () => Promise<string>;
    readonly data?: () => Promise<string>;
  };
  /** Whether Temporal answers now. */
  readonly isReady: () => Promise<boolean>;
  /** Further doors. */
  readonly plugins: readonly FastifyPluginAsync[];
}

/** How long a request may take to arrive. */
const arrivesWithinMs = 15_000;

/**
 * The server for GitHub's and Slack's requests, not listening yet. `close()` lets what is under way be answered.
 * `POST /github`, `POST /data/OWNER/REPO`, what the plugins add, `GET /healthz` (alive), `GET /readyz` (Temporal answers), `GET /metrics`.
 */
export function createWebhookServer(parts: WebhookServerParts): FastifyInstance {
  const server = fastify({
    requestTimeout: arrivesWithinMs,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: false,
  });
  let closing = false;
  server.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  server.addHook('onSend', async (_request, reply) => {
    // A connection that is kept alive would hold the end up.
    if (closing) reply.header('connection', 'close');
  });
  const { log, metrics, secrets } = parts;
  const served = servedIn(parts.projects);
  server.setErrorHandler((error, request, reply) => {
    log('ERROR', 'a request is not answered', { url: request.routeOptions.url ?? '', why: String(error) });
    return reply.code(500).send({ outcome: 'failed', told: 'It is not your fault; see the log.' });
  });
  server.register((signed, _options, done) => {
    signed.removeAllContentTypeParsers();
    signed.addContentTypeParser('*', (_request, _payload, taken) => {
      taken(null); // The door takes the raw bytes itself.
    });
    if (secrets.github !== undefined)
      signed.post('/github', githubDoor(parts, { secret: secrets.github, served }));
    if (secrets.data !== undefined)
      signed.post('/data/:owner/:repo', dataDoor(parts, { secret: secrets.data, served }));
    done();
  });
  for (const plugin of parts.plugins) server.register(plugin);
  server.get('/healthz', () => ({ alive: true }));
  server.get('/readyz', async (_request, reply) => {
    const ready = await parts.isReady();
    return reply.code(ready ? 200 : 503).send({ ready });
  });
  server.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  return server;
}

const servedIn =
  (projects: () => readonly string[]): Served =>
  (project) =>
    projects().find((served) => served.toLowerCase() === project.toLowerCase()) ?? null;
