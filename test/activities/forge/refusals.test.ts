import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGithubForge } from '../../../activities/forge/index.ts';
import { startGithub } from '../../support/github/index.ts';
import type { FakeGithub } from '../../support/github/index.ts';
import { primaryLimit, secondaryLimit } from '../../support/github/failures.ts';
import { forgeByApp, forgeByToken, project, running } from './forge-site.ts';

let github: FakeGithub;
beforeEach(async () => {
  github = await startGithub({ repositories: [project] });
});
afterEach(() => github.stop());

test.each([
  ['the hour’s requests used up', () => primaryLimit(600), 600],
  ['too much at once', () => secondaryLimit(90), 90],
  ['too much at once, without a time', () => secondaryLimit(), 60],
  ['429', () => ({ answer: 429, headers: { 'retry-after': '5' } }), 5],
] as const)(
  '%s: the activity comes again after the wait, and asks nothing before',
  async (_, limit, seconds) => {
    let time = Date.now();
    const forge = createGithubForge({
      apiUrl: github.url,
      credentials: () => Promise.resolve({ kind: 'token', token: github.token }),
      now: () => time,
    });
    github.fail({ how: limit() });
    const failure: unknown = await forge.permission(project, 'ann').catch((error: unknown) => error);
    expect(failure).toMatchObject({ type: 'Unreachable' });
    const { retryAfterMs = 0 } = failure as { readonly retryAfterMs?: number };
    expect(retryAfterMs / 1_000).toBeGreaterThan(seconds - 2);
    expect(retryAfterMs / 1_000).toBeLessThan(seconds + 2);
    const asked = github.requests.length;
    await expect(forge.permission(project, 'ann')).rejects.toMatchObject({ type: 'Unreachable' });
    expect(github.requests).toHaveLength(asked);
    time += (seconds + 2) * 1_000;
    expect(await forge.permission(project, 'ann')).toBe('none');
  },
);

test.each([500, 502, 503, 408])('an answer of %i is asked for again by the activity', async (answer) => {
  const forge = forgeByToken(github);
  github.fail({ how: { answer } });
  await expect(forge.permission(project, 'ann')).rejects.toMatchObject({ type: 'Unreachable' });
  expect(await forge.permission(project, 'ann')).toBe('none');
});

test('a GitHub that is away, or never answers, is told with where it was looked for', async () => {
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const at = (apiUrl: string) =>
    createGithubForge({
      apiUrl,
      credentials: () => Promise.resolve({ kind: 'token', token: 'any' }),
      timeoutMs: 200,
    });
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  await expect(at(url).permission(project, 'ann')).rejects.toMatchObject({
    type: 'Unreachable',
    message: expect.stringContaining(url) as string,
  });
  silent.closeAllConnections();
  await new Promise((resolve) => silent.close(resolve));
  await expect(at(url).permission(project, 'ann')).rejects.toThrow(/ECONNREFUSED/);
});

test('credentials that GitHub does not take are told with where they come from', async () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const forge = (key: string) =>
    createGithubForge({
      apiUrl: github.url,
      credentials: () => Promise.resolve({ kind: 'app', app: { id: github.app.id, privateKey: key } }),
    });
  await expect(forge(privateKey).putCheck(running)).rejects.toMatchObject({
    type: 'NotPermitted',
    mend: expect.stringContaining('github.app') as string,
  });
  await expect(forge('no key').putCheck(running)).rejects.toMatchObject({ type: 'InvalidConfig' });
});

test('a permission that is missing is named', async () => {
  github.app.permissions['checks'] = 'read';
  await expect(forgeByApp(github).putCheck(running)).rejects.toMatchObject({
    type: 'NotPermitted',
    mend: expect.stringContaining('`checks=write`') as string,
  });
});

test('a repository without the App is told as such, and found once it is installed', async () => {
  const forge = forgeByApp(github);
  github.repository(project).reachable = false;
  await expect(forge.putCheck(running)).rejects.toMatchObject({
    type: 'NotFound',
    mend: expect.stringContaining('install the App') as string,
  });
  github.repository(project).reachable = true;
  await forge.putCheck(running);
  expect(github.repository(project).checkRuns).toHaveLength(1);
});

test('an installation’s token is asked for once, and a key that is changed is taken up', async () => {
  let key = 'no key';
  const forge = createGithubForge({
    apiUrl: github.url,
    credentials: () => Promise.resolve({ kind: 'app', app: { id: github.app.id, privateKey: key } }),
  });
  await expect(forge.putCheck(running)).rejects.toMatchObject({ type: 'InvalidConfig' });
  key = github.app.privateKey;
  await Promise.all([
    forge.putCheck(running),
    forge.permission(project, 'ann'),
    forge.permission(project, 'bob'),
  ]);
  const tokens = github.requests.filter(
    ({ operation }) => operation === 'apps/create-installation-access-token',
  );
  expect(tokens).toHaveLength(1);
});

test('a token of an installation that has ended early is made anew', async () => {
  const forge = forgeByApp(github);
  await forge.putCheck(running);
  github.expireTokens();
  await expect(forge.permission(project, 'ann')).rejects.toMatchObject({ type: 'Unreachable' });
  expect(await forge.permission(project, 'ann')).toBe('none');
});
