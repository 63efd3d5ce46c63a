/** What the server does beside taking deliveries: others' data, a Temporal that is away, its own end. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveWebhooks } from '../../client/webhooks/serve.ts';
import { reconcilerId } from '../../core/ids.ts';
import { startDevServer } from '../client/dev-server.ts';
import type { DevServer } from '../client/dev-server.ts';
import { freePort } from '../servers/process.ts';
import { dataSecret, deliver, openFrontDoor, signatureOf, triggerOf } from './support/front-door.ts';
import { writeFrontDoorFile } from './support/front-door.ts';
import type { Answer, FrontDoor } from './support/front-door.ts';

const project = 'longhaul/flights';
const push = (serial: number): string =>
  JSON.stringify({
    ...{ ref: 'refs/heads/main', before: '0'.repeat(40), after: 'b'.repeat(40), deleted: false },
    ...{ commits: [], serial, repository: { full_name: project }, sender: { login: 'ann' } },
  });

describe('before a Temporal that answers', () => {
  let temporal: DevServer;
  let door: FrontDoor;

  beforeAll(async () => {
    temporal = await startDevServer();
    door = await openFrontDoor({ temporal: temporal.environment.address, projects: [project], app: true });
  });
  afterAll(async () => {
    await door.stop();
    await temporal.stop();
  });

  const tell = async (path: string, call: object, signature?: string): Promise<Answer> => {
    const body = JSON.stringify(call);
    const answer = await fetch(`${door.url}/data/${path}`, {
      method: 'POST',
      headers: { 'x-longhaul-signature-256': signature ?? signatureOf(body, dataSecret) },
      body,
    });
    return { ...((await answer.json()) as Answer), status: answer.status };
  };
  const now = (shiftMs = 0): string => new Date(Date.now() + shiftMs).toISOString();

  it('a signed call of the data’s owner starts a trigger, once', async () => {
    const call = { project, at: now(), by: 'the nightly export', note: '12 new files' };
    const id = triggerOf(JSON.stringify(call));
    expect(await tell('Longhaul/Flights', call)).toMatchObject({ status: 202, outcome: 'started', id });
    expect(await tell(project, call)).toMatchObject({ status: 200, outcome: 'repeat', id });
    const described = await temporal.environment.client.workflow.getHandle(id).describe();
    expect(described.raw.workflowExecutionInfo?.type?.name).toBe('trigger');
  });

  it('one that is stale, of another project, unsigned, signed by GitHub’s secret or without a time is refused', async () => {
    const call = { project, at: now(), by: 'a stranger' };
    expect(await tell(project, { ...call, at: now(-6 * 60_000) })).toMatchObject({ status: 401 });
    expect(await tell(project, { ...call, at: now(6 * 60_000) })).toMatchObject({ status: 401 });
    expect(await tell(project, { ...call, project: 'longhaul/other' })).toMatchObject({ status: 401 });
    expect(await tell(project, call, 'sha256=')).toMatchObject({ status: 401 });
    expect(await tell(project, call, signatureOf(JSON.stringify(call)))).toMatchObject({ status: 401 });
    expect(await tell(project, { project, by: 'ann' })).toMatchObject({ status: 400 });
    expect(await tell('longhaul/other', { ...call, project: 'longhaul/other' })).toMatchObject({
      ...{ status: 200, outcome: 'notServed' },
    });
  });

  it('keeps the reconciler’s schedule while there is a GitHub App, and takes it away when there is none', async () => {
    const schedule = temporal.environment.client.schedule.getHandle(reconcilerId);
    await expect.poll(() => schedule.describe().then(({ spec }) => spec.intervals?.[0]?.every)).toBe(300_000);
    const other = await openFrontDoor({ temporal: temporal.environment.address, projects: [project] });
    await expect.poll(() => schedule.describe().catch(() => 'gone')).toBe('gone');
    await other.stop();
  });

  it('takes a change of the operator’s file without a restart', async () => {
    const { appendFileSync, readFileSync, writeFileSync } = await import('node:fs');
    const text = readFileSync(door.serverFile, 'utf8');
    const body = JSON.stringify({
      ...(JSON.parse(push(1)) as object),
      repository: { full_name: 'a/new-one' },
    });
    expect(await deliver(door.url, 'push', body)).toMatchObject({ outcome: 'notServed' });
    writeFileSync(
      door.serverFile,
      text.replace(/^projects:$/m, 'projects:\n  a/new-one: { url: "file:///a" }'),
    );
    expect(await deliver(door.url, 'push', body)).toMatchObject({ status: 202 });
    appendFileSync(door.serverFile, 'nonsense: true\n');
    expect(await deliver(door.url, 'push', body)).toMatchObject({ outcome: 'repeat' });
    writeFileSync(door.serverFile, text);
  });

  it('tells of a port that is taken, and of a secret that has no value', async () => {
    await expect(serveWebhooks(door.serverFile, () => undefined)).rejects.toThrow(/cannot be listened on/);
    const file = await writeFrontDoorFile({ temporal: temporal.environment.address, projects: [] });
    const { rmSync } = await import('node:fs');
    rmSync(`${file.home}/webhookSecret`);
    await expect(serveWebhooks(file.serverFile, () => undefined)).rejects.toThrow(
      /github\.webhookSecret has no value/,
    );
    file.remove();
  });
});

describe('before a Temporal that does not answer', () => {
  it('refuses within ten seconds what it cannot start, also where Temporal hangs; and answers that before it ends', async () => {
    const held = createServer().listen(await freePort(), '127.0.0.1');
    await once(held, 'listening');
    const port = (held.address() as { readonly port: number }).port;
    const hanging = await openFrontDoor({ temporal: `127.0.0.1:${port}`, projects: [project] });
    const away = await openFrontDoor({ temporal: `127.0.0.1:${await freePort()}`, projects: [project] });
    expect((await fetch(`${hanging.url}/healthz`)).status).toBe(200);
    const began = performance.now();
    const asked = [hanging, away].map(({ url }) => deliver(url, 'push', push(2)));
    const ready = await Promise.all([hanging, away].map(({ url }) => fetch(`${url}/readyz`)));
    expect(ready.map(({ status }) => status)).toEqual([503, 503]);
    const ended = hanging.stop();
    for (const answer of await Promise.all(asked))
      expect(answer).toMatchObject({ status: 503, outcome: 'unavailable' });
    expect(performance.now() - began).toBeLessThan(10_000);
    await ended;
    const refused = deliver(hanging.url, 'push', push(3));
    await expect(refused).rejects.toThrow();
    await away.stop();
    held.close();
  });
});
