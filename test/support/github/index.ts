/**
 * A GitHub for tests, at the wire: HTTP on a free port of the loopback, which keeps what it is told. Every request
 * (path, method, query, content type, body) and every answer is checked by GitHub's published OpenAPI description; one
 * that the description does not have, or that does not conform, is answered 400 with what is wrong, and `stop` throws
 * with all of them. So:
 *
 *     const github = await startGithub({ repositories: ['octo/flights'] });
 *     afterAll(github.stop);
 *
 *     github.url                              for `github.apiUrl` of the operator's file
 *     github.app.id, github.app.privateKey    for `github.app`; or github.token, of the login `longhaul-bot`
 *     const flights = github.repository('octo/flights');
 *     flights.openPullRequest({ author: 'ann', files: ['train.py'] });
 *     flights.comment({ issue: 1, author: 'ann', body: '/longhaul retest' });
 *     flights.roles.set('ann', 'write');      flights.authors.set(sha, 'ann');
 *     flights.checkRuns, .statuses, .comments, .deployments, .pullRequests     what it holds now, oldest first
 *
 *     github.fail({ operation: 'checks/create', how: 'lost' });           done, but the answer never comes
 *     github.fail({ method: 'PATCH', times: 2, how: { answer: 500 } });   see failures.ts for all
 *     github.fail({ how: primaryLimit(60) });
 *     github.requests                         what was asked: operation, method, path, query, body, status
 *
 *     github.deliveries.target = { url: 'http://127.0.0.1:8090/github', secret: '…' };
 *     await github.deliveries.deliver('push', payload);   signed as GitHub signs; what fails is remembered
 *     await github.deliveries.settled();                  redeliveries that were asked for have ended
 *
 * An operation that the description has and this fake does not play yet is told as such: add it under routes/.
 */
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { callerOf } from './credentials.ts';
import { Deliveries } from './deliveries.ts';
import { describedOperation, problemsOfAnswer, problemsOfRequest } from './description.ts';
import type { Described, Json } from './description.ts';
import { Failures } from './failures.ts';
import type { Expected, Failure } from './failures.ts';
import { checkRoutes } from './routes/checks.ts';
import { commentRoutes } from './routes/comments.ts';
import { deploymentRoutes } from './routes/deployments.ts';
import { pullRoutes } from './routes/pulls.ts';
import { repositoryRoutes } from './routes/repositories.ts';
import { FakeRepository } from './state.ts';
import { notFound, refused } from './world.ts';
import type { Answer, Caller, FakeApp, Route, Routes, World } from './world.ts';

const routes: Routes = {
  ...checkRoutes,
  ...commentRoutes,
  ...deploymentRoutes,
  ...pullRoutes,
  ...repositoryRoutes,
};

export interface FakeRequest {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Json;
  /** Null: the connection was ended instead. */
  readonly status: number | null;
}

export interface FakeGithub {
  readonly url: string;
  readonly app: FakeApp;
  /** A plain token that may write to the repositories. */
  readonly token: string;
  readonly deliveries: Deliveries;
  readonly requests: readonly FakeRequest[];
  readonly repository: (fullName: string) => FakeRepository;
  readonly fail: (expected: Expected) => void;
  /** Ends the tokens of installations that were given out so far. */
  readonly expireTokens: () => void;
  /** Ends it. @throws Error with every request and answer that did not conform */
  readonly stop: () => Promise<void>;
}

/** Starts it with these repositories (`owner/name`), on all of which the App is installed. */
export async function startGithub(given: { readonly repositories: readonly string[] }): Promise<FakeGithub> {
  const world = emptyWorld(given.repositories);
  const failures = new Failures();
  const requests: FakeRequest[] = [];
  const problems: string[] = [];
  const server = createServer((request, response) => {
    void respond({ world, failures, requests, problems }, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  world.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ url: world.url, app: world.app, token, deliveries: world.deliveries, requests },
    repository(fullName) {
      const found = world.repositories.get(fullName);
      if (found === undefined) throw new Error(`The fake GitHub has no ${fullName}.`);
      return found;
    },
    fail: (expected) => {
      failures.expect(expected);
    },
    expireTokens: () => {
      for (const known of world.installationTokens.keys()) world.installationTokens.set(known, 0);
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (problems.length > 0) throw new Error(`Not as GitHub describes its API:\n${problems.join('\n')}`);
    },
  };
}

const token = 'ghp_fakeTokenOfLonghaulBot';

function emptyWorld(names: readonly string[]): World {
  let last = 100;
  const ids = { next: () => ++last };
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return {
    url: '',
    ids,
    app: {
      ...{ id: 4711, slug: 'longhaul', installation: 12, ...keys },
      permissions: {
        ...{ checks: 'write', statuses: 'write', pull_requests: 'write', issues: 'write' },
        ...{ deployments: 'write', contents: 'write', metadata: 'read' },
      },
      events: ['push', 'pull_request', 'issue_comment', 'check_run', 'check_suite'],
    },
    tokens: new Map([[token, 'longhaul-bot']]),
    installationTokens: new Map(),
    repositories: new Map(names.map((name) => [name, new FakeRepository(name, ids)])),
    deliveries: new Deliveries(),
  };
}

interface Running {
  readonly world: World;
  readonly failures: Failures;
  readonly requests: FakeRequest[];
  readonly problems: string[];
}

async function respond(running: Running, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const text = await textOf(request);
  const { method = 'GET', url = '/' } = request;
  const { pathname: path, searchParams } = new URL(url, 'http://github');
  const query = Object.fromEntries(searchParams);
  const body: unknown = text === '' ? undefined : parsed(text);
  const described = describedOperation(method, path);
  const failure = running.failures.next(described?.id ?? '', method);
  const answer = failed(failure) ?? answered(running, { request, method, path, query, body, described });
  if (failure !== null && typeof failure === 'object' && 'held' in failure) {
    failure.done?.(null);
    await failure.held;
  }
  const cut = failure === 'lost' || failure === 'unheard';
  running.requests.push({
    ...{ operation: described?.id ?? 'none', method, path, query, body: (body ?? {}) as Json },
    status: cut ? null : answer.status,
  });
  if (cut) {
    request.socket.destroy();
    return;
  }
  response.writeHead(answer.status, {
    ...(answer.body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    ...answer.headers,
  });
  response.end(answer.body === undefined ? undefined : written(answer.body));
}

/** What a failure answers instead of doing anything; null where it is done. */
function failed(failure: Failure | null): Answer | null {
  if (failure === 'unheard') return { status: 0 };
  if (failure === null || failure === 'lost' || 'held' in failure) return null;
  const { answer: status, body, headers = {} } = failure;
  return body === undefined ? refused(status, 'Asked for by the test', headers) : { status, body, headers };
}

interface Asked {
  readonly request: IncomingMessage;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly described: Described | null;
}

/** The answer, checked, to a request that is checked. */
function answered(running: Running, asked: Asked): Answer {
  const { described, method, path } = asked;
  const where = `${method} ${path}`;
  const nonconforming = (problem: string): Answer => {
    running.problems.push(`${where}: ${problem}`);
    return refused(400, `${where}: ${problem}`);
  };
  if (described === null) return nonconforming('GitHub has no such call');
  const route = routes[described.id];
  if (route === undefined) return nonconforming(`${described.id} is not played by this fake yet`);
  const { request, query, body } = asked;
  const wrong = problemsOfRequest(described, { query, contentType: request.headers['content-type'], body });
  if (wrong.length > 0) return nonconforming(wrong.join('; '));
  const answer = permitted(running.world, asked, described, route);
  const shown: unknown = answer.body === undefined ? undefined : JSON.parse(written(answer.body));
  const crooked = problemsOfAnswer(described, answer.status, shown);
  return crooked.length === 0
    ? answer
    : nonconforming(`the fake's own ${answer.status}: ${crooked.join('; ')}`);
}

/** As GitHub decides who may ask what: it hides what somebody may not see. */
function permitted(world: World, asked: Asked, { id, params }: Described, { needs, answer }: Route): Answer {
  const { request, query, body, path } = asked;
  const by = callerOf(world, request.headers.authorization);
  if (by === null) return refused(401, 'Bad credentials');
  const ofApp = path.startsWith('/app/') || path === '/app' || id === 'apps/get-repo-installation';
  if (ofApp !== (by.kind === 'app')) return refused(401, 'A JSON web token could not be decoded');
  const repository = world.repositories.get(`${params['owner'] ?? ''}/${params['repo'] ?? ''}`);
  const anyone = [...world.repositories.values()][0];
  const subject = params['repo'] === undefined ? anyone : repository;
  if (subject === undefined || (params['repo'] !== undefined && !subject.reachable)) return notFound;
  if (needs !== undefined && !isGranted(world, by, needs)) {
    const header = { 'x-accepted-github-permissions': needs.join('=') };
    return refused(403, 'Resource not accessible by integration', header);
  }
  return answer({ world, repository: subject, params, query, body: (body ?? {}) as Json, path, by });
}

function isGranted({ app }: World, by: Caller, [permission, level]: NonNullable<Route['needs']>): boolean {
  if (by.kind !== 'installation') return true;
  const given = app.permissions[permission];
  return given === 'write' || given === 'admin' || (given === 'read' && level === 'read');
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return text;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** JSON with ids in it that are larger than a double holds. */
const written = (body: unknown): string =>
  JSON.stringify(body, (_, value: unknown) =>
    typeof value === 'bigint' ? `bigint:${value}` : value,
  ).replaceAll(/"bigint:(\d+)"/g, '$1');
