import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { loadServerConfig } from '../../config/load-server.ts';
import { githubChecks, neededEvents, neededPermissions } from '../../client/doctor/github.ts';
import type { Finding } from '../../client/doctor/finding.ts';
import { startGithub } from '../support/github/index.ts';
import type { FakeGithub } from '../support/github/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'longhaul-doctor-github-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

let github: FakeGithub;
beforeEach(async () => {
  github = await startGithub({ repositories: ['octo/flights', 'octo/wine'] });
  github.deliveries.target = { url: 'https://ci.example.com/github', secret: 's' };
});
afterEach(() => github.stop());

async function look(
  credentials: string,
  apiUrl = github.url,
): Promise<(name: string) => Finding | undefined> {
  writeFileSync(join(folder, 'key'), github.app.privateKey);
  writeFileSync(join(folder, 'token'), github.token);
  writeFileSync(join(folder, 'other'), 'another');
  const file = join(folder, 'longhaul.server.yaml');
  const lines = [
    'version: 1',
    'projects:',
    '  octo/flights: { url: "https://github.com/octo/flights.git" }',
    '  octo/wine: { url: "git@github.com:octo/wine.git" }',
    '  here/only: { url: "file:///srv/only" }',
    `github: { ${credentials}, webhookSecret: { file: other }, apiUrl: "${apiUrl}" }`,
    'webhooks: { publicUrl: "https://ci.example.com" }',
  ];
  writeFileSync(file, lines.join('\n'));
  const checks = githubChecks(loadServerConfig(file));
  const findings = (await Promise.all(checks.map((check) => check.look()))).flat();
  expect(findings.map(({ name }) => name)).not.toContain('here/only on GitHub');
  return (name) => findings.find((finding) => finding.name === name);
}

const byApp = 'app: { id: 4711, privateKey: { file: key } }';

test('an App that may do all and is installed everywhere is fine', async () => {
  const found = await look(byApp);
  expect(found('GitHub')).toMatchObject({ state: 'ok', said: `the App longhaul at ${github.url}` });
  expect(found('webhook of the App')).toMatchObject({ state: 'ok' });
  expect(found('octo/flights on GitHub')).toMatchObject({ state: 'ok' });
  expect(found('octo/wine on GitHub')).toMatchObject({ state: 'ok' });
});

test('what an App lacks is named, with where it is given', async () => {
  github.app.permissions = { ...github.app.permissions, checks: 'read' };
  github.repository('octo/wine').reachable = false;
  github.deliveries.target = { url: 'https://old.example.com/github', secret: 's' };
  const found = await look(byApp);
  expect(found('GitHub')).toMatchObject({
    state: 'problem',
    said: 'the App longhaul lacks the permissions checks: write',
  });
  expect(found('octo/flights on GitHub')?.mend).toMatch(/^Accept the App’s new permissions: https:/);
  expect(found('octo/wine on GitHub')?.mend).toMatch(/^Install it: https:.*\/installations\/new$/);
  expect(found('webhook of the App')?.mend).toContain('https://ci.example.com/github');
});

test('a token is told with what it may do on each repository', async () => {
  github.repository('octo/wine').reachable = false;
  const found = await look('token: { file: token }');
  expect(found('GitHub')).toMatchObject({
    state: 'ok',
    said: expect.stringContaining('longhaul-bot') as string,
  });
  expect(found('octo/flights on GitHub')).toMatchObject({ state: 'ok', said: 'the token may write' });
  expect(found('octo/wine on GitHub')).toMatchObject({ state: 'problem' });
});

test('credentials that GitHub does not take, a key that is none, and a GitHub that is away are told apart', async () => {
  const refused = await look('token: { file: other }');
  expect(refused('GitHub')?.said).toContain('answers 401');
  const broken = await look('app: { id: 4711, privateKey: { file: other } }');
  expect(broken('GitHub')).toMatchObject({
    state: 'problem',
    mend: expect.stringContaining('privateKey') as string,
  });
  const away = await look(byApp, 'http://127.0.0.1:9');
  expect(away('GitHub')?.said).toContain('http://127.0.0.1:9 does not answer');
});

test('the manifest asks for what is needed, and for nothing else', () => {
  const manifest = JSON.parse(readFileSync('docs/github-app-manifest.json', 'utf8')) as {
    readonly default_permissions: unknown;
    readonly default_events: readonly string[];
  };
  expect(manifest.default_permissions).toEqual(neededPermissions);
  expect(manifest.default_events).toEqual(neededEvents);
});
