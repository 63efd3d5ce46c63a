/** Every example of GitHub's payloads, and what strangers send, at the real server before a real Temporal. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { TriggerInput } from '../../core/trigger.ts';
import { startDevServer } from '../client/dev-server.ts';
import type { DevServer } from '../client/dev-server.ts';
import { deliver, openFrontDoor, signatureOf, triggerOf } from './support/front-door.ts';
import type { FrontDoor } from './support/front-door.ts';

const project = 'codertocat/hello-world';

interface Example {
  readonly action?: string;
  readonly ref?: string;
  readonly deleted?: boolean;
  readonly repository?: { readonly full_name: string };
}

interface Definition {
  readonly name: string;
  readonly examples: readonly Example[];
}

const require = createRequire(import.meta.url);
const examplesFolder = dirname(require.resolve('@octokit/webhooks-examples/package.json'));
const examplesOf = (edition: string): readonly Definition[] =>
  JSON.parse(readFileSync(join(examplesFolder, edition, 'index.json'), 'utf8')) as Definition[];
/** GitHub itself, and the versions of its Enterprise Server. */
const editions = readdirSync(examplesFolder, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
const webhooks = examplesOf('api.github.com');

let temporal: DevServer;
let door: FrontDoor;

beforeAll(async () => {
  temporal = await startDevServer();
  door = await openFrontDoor({
    temporal: temporal.environment.address,
    projects: [project, 'GitHub/hello-world'],
  });
});
afterAll(async () => {
  await door.stop();
  await temporal.stop();
});

const inputOf = async (id: string): Promise<TriggerInput> => {
  const { history } = await temporal.environment.connection.workflowService.getWorkflowExecutionHistory({
    namespace: 'longhaul',
    execution: { workflowId: id },
  });
  const [payload] = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? [];
  return JSON.parse(Buffer.from(payload?.data ?? []).toString()) as TriggerInput;
};

const pullRequestActions = ['opened', 'synchronize', 'reopened', 'ready_for_review', 'closed'];

/** Whether something follows, by what GitHub's documentation says of each event. */
const actsOn: Readonly<Record<string, (example: Example) => boolean>> = {
  push: ({ ref, deleted }) => ref?.startsWith('refs/heads/') === true && deleted !== true,
  pull_request: ({ action = '' }) => pullRequestActions.includes(action),
  check_run: ({ action }) => action === 'rerequested',
  check_suite: ({ action }) => action === 'rerequested',
};

const isServed = ({ repository }: Example): boolean =>
  [project, 'github/hello-world'].includes(repository?.full_name.toLowerCase() ?? '');

describe('every example of GitHub’s payloads', () => {
  const seen = new Set<string>();
  const answersRightly = async (name: string, example: Example): Promise<void> => {
    const body = JSON.stringify(example, null, 2);
    const answer = await deliver(door.url, name, body);
    if (isServed(example) && actsOn[name]?.(example) === true) {
      const [status, outcome] = seen.has(body) ? [200, 'repeat'] : [202, 'started'];
      expect(answer).toMatchObject({ status, outcome, id: triggerOf(body) });
      seen.add(body);
    } else {
      expect(answer.status).toBe(200);
      expect(['ignored', 'notServed']).toContain(answer.outcome);
      expect(answer.id).toBeUndefined();
    }
  };

  test.each(webhooks)('$name', async ({ name, examples }) => {
    for (const example of examples) await answersRightly(name, example);
  });

  it('started as many triggers as there are different ones that something follows from', async () => {
    const counted = await (await fetch(`${door.url}/metrics`)).text();
    const started = [...counted.matchAll(/deliveries_total\{event="(\w+)",outcome="started"\} (\d+)/g)];
    expect(Object.fromEntries(started.map(([, event, count]) => [event, Number(count)]))).toEqual({
      push: 2,
      pull_request: 12,
      check_run: 2,
      check_suite: 2,
    });
    expect(seen.size).toBe(18);
  });

  test.each(editions)('of %s', async (edition) => {
    for (const { name, examples } of examplesOf(edition))
      for (const example of examples) await answersRightly(name, example);
  });
});

const commit = 'a'.repeat(40);
let serial = 0;
/** A push as GitHub tells it, different each time. */
const pushBody = (more: object = {}): string =>
  JSON.stringify({
    ref: 'refs/heads/main',
    before: '0'.repeat(40),
    after: commit,
    deleted: false,
    commits: [],
    serial: ++serial,
    repository: { full_name: 'Codertocat/Hello-World' },
    sender: { login: 'ann' },
    ...more,
  });

describe('a delivery', () => {
  it('becomes an event in Longhaul’s words, under the project’s name in the operator’s file', async () => {
    const body = pushBody({ ref: 'refs/heads/feature/x' });
    const { id = '' } = await deliver(door.url, 'push', body, { 'x-github-delivery': 'd-1' });
    expect(await inputOf(id)).toEqual({
      event: {
        ...{ kind: 'push', project, branch: 'feature/x' },
        ...{ before: '0'.repeat(40), commit, by: 'ann' },
      },
      delivery: 'd-1',
    });
    const { memo, typedSearchAttributes } = await temporal.environment.client.workflow
      .getHandle(id)
      .describe();
    expect(memo).toEqual({ delivery: 'd-1' });
    expect(JSON.stringify(typedSearchAttributes.getAll())).toContain(project);
  });

  it('that is played back starts nothing, under another delivery id and under another event’s name', async () => {
    const body = pushBody();
    expect(await deliver(door.url, 'push', body)).toMatchObject({ status: 202, outcome: 'started' });
    expect(await deliver(door.url, 'push', body)).toMatchObject({ status: 200, outcome: 'repeat' });
    for (const name of ['pull_request', 'issue_comment', 'check_run', 'check_suite'])
      expect(await deliver(door.url, name, body)).toMatchObject({ status: 200, outcome: 'unreadable' });
    expect(await deliver(door.url, 'star', body)).toMatchObject({ status: 200, outcome: 'ignored' });
  });

  it.each(webhooks.filter(({ name }) => !(name in actsOn)))(
    'a $name that is sent as something else starts nothing',
    async ({ examples }) => {
      for (const example of examples) {
        for (const name of [...Object.keys(actsOn), 'issue_comment']) {
          const answer = await deliver(door.url, name, JSON.stringify(example));
          expect(answer.status).toBe(200);
          expect(answer.id).toBeUndefined();
        }
      }
    },
  );

  it('of an unknown event or project is answered and counted, and its content is not logged', async () => {
    const body = pushBody({ repository: { full_name: 'stranger/private-things' } });
    expect(await deliver(door.url, 'push', body)).toMatchObject({ status: 200, outcome: 'notServed' });
    expect(await deliver(door.url, 'unheard_of', body)).toMatchObject({ status: 200, outcome: 'ignored' });
    const metrics = await (await fetch(`${door.url}/metrics`)).text();
    expect(metrics).toMatch(/deliveries_total\{event="push",outcome="notServed"\} \d/);
    expect(metrics).toMatch(/deliveries_total\{event="unknown",outcome="ignored"\} \d/);
    expect(door.log.slice(-2).join('\n')).not.toMatch(/private|unheard|refs/);
    expect(door.log.at(-2)).toMatch(/INFO notServed \{"event":"push","ms":\d+\}$/);
  });

  it('whose signature is wrong, missing or of other bytes is refused, and nothing is started', async () => {
    const body = pushBody();
    const told = async (headers: Readonly<Record<string, string | null>>, sent: Buffer | string = body) =>
      (await deliver(door.url, 'push', sent, headers)).status;
    expect(await told({ 'x-hub-signature-256': signatureOf(body, 'another secret') })).toBe(401);
    expect(await told({ 'x-hub-signature-256': null })).toBe(401);
    expect(await told({ 'x-hub-signature-256': 'sha256=' })).toBe(401);
    expect(await told({ 'x-hub-signature-256': signatureOf(body).slice('sha256='.length) })).toBe(401);
    expect(await told({ 'x-hub-signature-256': signatureOf(body) }, `${body} `)).toBe(401);
    expect(await told({ 'x-hub-signature-256': signatureOf('') }, '')).toBe(401);
    expect(await deliver(door.url, 'push', body)).toMatchObject({ status: 202 });
  });

  it('cannot be played back with bytes that read the same as text', async () => {
    const body = Buffer.from(pushBody({ said: '\uFFFD' }));
    const at = body.indexOf(Buffer.from('\uFFFD'));
    const other = Buffer.concat([body.subarray(0, at), Buffer.from([0xff]), body.subarray(at + 3)]);
    expect(other.toString()).toBe(body.toString());
    const signature = { 'x-hub-signature-256': signatureOf(body) };
    expect(await deliver(door.url, 'push', body, signature)).toMatchObject({ status: 202 });
    expect(await deliver(door.url, 'push', other, signature)).toMatchObject({ status: 401 });
  });

  it('that is no JSON object is told so; a form is told to be JSON', async () => {
    for (const body of ['{"ref": ', 'null', '[]', '"push"', '\u{FEFF}{}'])
      expect(await deliver(door.url, 'push', body)).toMatchObject({ status: 400, outcome: 'malformed' });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await deliver(door.url, 'push', 'payload=%7B%7D', form)).toMatchObject({ status: 415 });
  });

  it('of 25 MB is taken, and one of 26 MB is not', async () => {
    const bare = pushBody({ padding: '' }).length + 2;
    const largest = pushBody({ padding: 'x'.repeat(25_000_000 - bare) });
    expect(largest.length).toBeGreaterThan(24_999_990);
    expect(await deliver(door.url, 'push', largest)).toMatchObject({ status: 202 });
    const larger = pushBody({ padding: 'x'.repeat(26_000_000) });
    expect(await deliver(door.url, 'push', larger)).toMatchObject({ status: 413, outcome: 'tooLarge' });
  });
});

it('tells that it lives, and that Temporal answers', async () => {
  expect((await fetch(`${door.url}/healthz`)).status).toBe(200);
  expect((await fetch(`${door.url}/readyz`)).status).toBe(200);
  expect((await fetch(`${door.url}/github`)).status).toBe(404);
});
