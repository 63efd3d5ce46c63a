import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LoadTestActivities } from '../../../activities/contracts.ts';
import { createLoadTestActivities } from '../../../activities/load-test/index.ts';
import { createDirectoryStore } from '../../../activities/store/directory-store.ts';
import { createWorkspace } from '../../../activities/workspace/index.ts';
import type { ArtifactStore } from '../../../core/ports/artifact-store.ts';
import type { LoadTestSpec } from '../../../core/release.ts';
import { homePaths } from '../../../local/home.ts';
import { findTools } from '../../../local/tools.ts';
import { createRepository } from '../workspace/repository.ts';

const project = 'acme/delays';

/** A script with a rate `errors`, stages from outside, and a threshold of its own. */
const SCRIPT = `
import http from 'k6/http';
import { check, sleep } from 'k6';
import { Rate } from 'k6/metrics';
const errors = new Rate('errors');
export const options = {
  stages: JSON.parse(__ENV.STAGES),
  thresholds: { http_req_duration: [__ENV.OWN_THRESHOLD || 'p(95)<60000'] },
  summaryTrendStats: ['avg'],
};
const path = open('./path.txt').trim();
export default function () {
  const response = http.get(__ENV.BASE_URL + path, { headers: { authorization: __ENV.API_TOKEN } });
  errors.add(!check(response, { answered: (r) => r.status === 200 }));
  console.log('token ' + __ENV.API_TOKEN);
  sleep(0.05);
}
`;
const BEHIND_A_GATEWAY = `
import http from 'k6/http';
export const options = { vus: 1, iterations: 3 };
export default function () { http.get(__ENV.BASE_URL + '/', { headers: JSON.parse(__ENV.BASE_HEADERS) }); }
`;
const PLAIN = `
import http from 'k6/http';
export const options = { vus: 1, iterations: 10 };
export default function () { http.get(__ENV.BASE_URL + '/'); }
`;

const spec: LoadTestSpec = {
  script: 'load/script.js',
  env: {},
  secrets: ['API_TOKEN'],
  stages: [{ durationMs: 600, target: 2 }],
  p95LimitMs: 5_000,
  errorLimit: 0.01,
  timeoutMs: 30_000,
};

let folder: string;
let commit: string;
let store: ArtifactStore;
let activities: LoadTestActivities;
let runLoadTest: (
  changed?: Partial<LoadTestSpec>,
  headers?: Readonly<Record<string, string>>,
) => ReturnType<LoadTestActivities['runLoadTest']>;
let environment: MockActivityEnvironment;

/** Every nth answer fails; 0: none does. Each takes this long. */
const model = {
  failsEvery: 0,
  delayMs: 0,
  asked: 0,
  tokens: new Set<string | undefined>(),
  hosts: new Set<string | undefined>(),
};
const server = createServer((request, response) => {
  model.asked += 1;
  model.tokens.add(request.headers.authorization);
  model.hosts.add(request.headers.host);
  const fails = model.failsEvery > 0 && model.asked % model.failsEvery === 0;
  setTimeout(() => response.writeHead(fails ? 500 : 200).end('{}'), model.delayMs);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  folder = await mkdtemp(join(tmpdir(), 'longhaul-load-test-'));
  const repository = createRepository(join(folder, 'origin'));
  commit = repository.commit({
    'load/script.js': SCRIPT,
    'load/path.txt': '/predict\n',
    'load/plain.js': PLAIN,
    'load/behind-a-gateway.js': BEHIND_A_GATEWAY,
    'load/throws.js': 'throw new Error("set BASE_URL");',
    'load/idle.js': 'export default function () {}',
  });
  const home = homePaths(join(folder, 'home'));
  process.env['LOAD_TEST_TOKEN'] = 'Bearer s3cret-of-staging';
  store = createDirectoryStore(home);
  const workspace = createWorkspace({
    home,
    projects: () => ({ [project]: { url: repository.url } }),
    store,
    secrets: { API_TOKEN: { env: 'LOAD_TEST_TOKEN' } },
    uv: () => 'uv',
  });
  activities = createLoadTestActivities({
    home,
    workspace,
    store,
    k6: () => findTools().k6,
    graceMs: 500,
    heartbeatMs: 100,
  });
});
beforeEach(() => {
  Object.assign(model, { failsEvery: 0, delayMs: 0, asked: 0, tokens: new Set(), hosts: new Set() });
  environment = new MockActivityEnvironment();
  runLoadTest = (changed = {}, headers) =>
    environment.run(() =>
      activities.runLoadTest({
        run: { id: 'release/delays/1', project, commit, configDigest: 'sha256:0', overlay: {} },
        spec: { ...spec, ...changed },
        baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        ...(headers === undefined ? {} : { headers }),
      }),
    );
});
afterAll(async () => {
  delete process.env['LOAD_TEST_TOKEN'];
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

describe('a load test that passes', () => {
  it('has run the script of the commit with its stages, the base URL and the secret', async () => {
    const heartbeats: unknown[] = [];
    environment.on('heartbeat', (beat: unknown) => heartbeats.push(beat));
    const { result } = await runLoadTest();
    expect(result).toMatchObject({ passed: true, errorRate: 0, requests: model.asked });
    expect(result.requests).toBeGreaterThan(5);
    expect(result.p95Ms).toBeGreaterThan(0);
    expect(result.reason).toMatch(/^\d+ requests, P95 .* ms \(limit 5000 ms\), errors 0 % \(limit 1 %\)$/);
    expect([...model.tokens]).toEqual(['Bearer s3cret-of-staging']);
    expect(heartbeats.length).toBeGreaterThan(1);
  });

  it('reaches a model that a gateway knows by its host', async () => {
    const { result } = await runLoadTest({ script: 'load/behind-a-gateway.js' }, { host: 'staging.test' });
    expect(result).toMatchObject({ passed: true, requests: 3 });
    expect([...model.hosts]).toEqual(['staging.test']);
  });

  it('leaves summary and log in the store, without the secret, and nothing else', async () => {
    const { result, log } = await runLoadTest();
    const summary = JSON.parse(await store.getText(result.summary.digest)) as {
      metrics: { http_reqs: { count: number } };
    };
    expect(summary.metrics.http_reqs.count).toBe(result.requests);
    const told = await store.getText(log.digest);
    expect(told).toContain('token ***');
    expect(told).not.toContain('s3cret');
    expect(await readdir(join(folder, 'home', 'worktrees'))).toEqual([]);
  });
});

describe('a load test that does not pass', () => {
  it('has too many errors by the rate of the script', async () => {
    model.failsEvery = 2;
    const { result } = await runLoadTest();
    expect(result.passed).toBe(false);
    expect(result.errorRate).toBeCloseTo(0.5, 1);
    expect(result.reason).toMatch(/^errors are not below their limit; /);
  });

  it('has too many failed requests when the script counts no errors itself', async () => {
    model.failsEvery = 5;
    const { result } = await runLoadTest({ script: 'load/plain.js' });
    expect(result).toMatchObject({ passed: false, requests: 10, errorRate: 0.2 });
  });

  it('is too slow', async () => {
    model.delayMs = 60;
    const { result } = await runLoadTest({ p95LimitMs: 50 });
    expect(result.passed).toBe(false);
    expect(result.p95Ms).toBeGreaterThan(50);
    expect(result.reason).toMatch(/^P95 is not below its limit; /);
  });

  it('crosses a threshold that the script itself sets', async () => {
    const { result } = await runLoadTest({ env: { OWN_THRESHOLD: 'p(95)<0.0001' } });
    expect(result.passed).toBe(false);
    expect(result.reason).toContain(
      "the script's own thresholds do not hold: http_req_duration p(95)<0.0001",
    );
  });

  it('sends no request: zero errors of nothing is no pass', async () => {
    const { result } = await runLoadTest({ script: 'load/idle.js' });
    expect(result).toMatchObject({ passed: false, requests: 0, reason: 'the script sent no request' });
  });

  it('has a script that throws: its own words are the reason', async () => {
    const { result } = await runLoadTest({ script: 'load/throws.js' });
    expect(result).toMatchObject({ passed: false, requests: 0 });
    expect(result.reason).toMatch(/^k6 ended with 107: Error: set BASE_URL/);
  });

  it('names a script that is not there', async () => {
    const { result } = await runLoadTest({ script: 'load/absent.js' });
    expect(result.passed).toBe(false);
    expect(result.reason).toContain('no file load/absent.js at this commit');
  });

  it('is ended when it takes longer than it may', async () => {
    const { result } = await runLoadTest({ stages: [{ durationMs: 60_000, target: 1 }], timeoutMs: 1_000 });
    expect(result.passed).toBe(false);
    expect(result.reason).toMatch(/^k6 was ended after 1 s/);
  });
});

it('ends k6 when the release is aborted', async () => {
  const running = runLoadTest({ stages: [{ durationMs: 60_000, target: 1 }] });
  await expect.poll(() => model.asked, { timeout: 20_000 }).toBeGreaterThan(0);
  environment.cancel();
  await expect(running).rejects.toThrow();
  const asked = model.asked;
  await expect(runLoadTest({ script: 'load/idle.js' })).rejects.toThrow();
  expect(model.asked).toBe(asked);
  expect(await readdir(join(folder, 'home', 'worktrees'))).toEqual([]);
});
