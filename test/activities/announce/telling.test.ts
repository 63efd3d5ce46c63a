/** What GitHub and Slack hold once an announcer's activities have told them of a run, at the wire. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createAnnounceActivities } from '../../../activities/announce/index.ts';
import type { AnnounceDependencies } from '../../../activities/announce/index.ts';
import { createNotifier } from '../../../activities/notify/index.ts';
import { createDirectoryStore } from '../../../activities/store/directory-store.ts';
import { createMirrors } from '../../../activities/workspace/mirrors.ts';
import { slackConfigSchema } from '../../../config/front-door-config.ts';
import type { AnnouncedSubject, AnnouncementChannel, ToldByKey } from '../../../core/announcement.ts';
import type { CiRunResult } from '../../../core/ci.ts';
import { documentKeys } from '../../../core/ids.ts';
import type { ArtifactStore } from '../../../core/ports/artifact-store.ts';
import type { ModelRegistry } from '../../../core/ports/model-registry.ts';
import type { ReleaseRecord } from '../../../core/release.ts';
import { startGithub } from '../../support/github/index.ts';
import type { FakeGithub } from '../../support/github/index.ts';
import { channel, startSlack } from '../../support/slack/index.ts';
import type { FakeSlack } from '../../support/slack/index.ts';
import { sampleRun } from '../../core/render/sample-ci-run.ts';
import { askedRelease } from '../../core/render/slack/sample-news.ts';
import { forgeByApp } from '../forge/forge-site.ts';

const project = 'longhaul/flights';
let folder: string;
let github: FakeGithub;
let slack: FakeSlack;
let store: ArtifactStore;
let reverted: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longhaul-telling-'));
  store = createDirectoryStore({ artifacts: join(folder, 'a'), documents: join(folder, 'd') });
  reverted = [];
  [github, slack] = await Promise.all([startGithub({ repositories: [project] }), startSlack()]);
});
afterEach(async () => {
  await github.stop();
  expect(slack.workspace.problems).toEqual([]);
  await slack.close();
  rmSync(folder, { recursive: true });
});

/** A Temporal that has forgotten every workflow, so that the store alone knows. */
const forgetful = {
  workflow: {
    getHandle: (id: string) => ({
      describe: () => Promise.reject(new WorkflowNotFoundError('gone', id, undefined)),
    }),
  },
} as unknown as Client;

function activities() {
  const environment = { TOKEN: slack.token, SIGNING: slack.signingSecret };
  const config = slackConfigSchema.parse({
    ...{ apiUrl: slack.apiUrl, channel, token: { env: 'TOKEN' }, signingSecret: { env: 'SIGNING' } },
  });
  const deps: AnnounceDependencies = {
    ...{ client: forgetful, store, registry: {} as ModelRegistry },
    mirrors: createMirrors({ folder: join(folder, 'mirrors'), projects: () => ({}), store }),
    forge: forgeByApp(github),
    notifier: createNotifier({ slack: config, environment, tell: () => undefined }),
    openRevert: ({ release }) => {
      reverted.push(release);
      return Promise.resolve({ kind: 'opened', number: 1, url: 'https://github.example/pull/1' });
    },
    detailsUrl: (id) => `https://temporal.example/${encodeURIComponent(id)}`,
    urls: () => ({ production: 'https://flights.example' }),
    ...{ web: 'https://github.com', addressees: () => ({}), championMetrics: () => Promise.resolve(null) },
  };
  return createAnnounceActivities(deps);
}

/** Tells all that is new, as an announcer does. */
async function tellAll(
  subject: AnnouncedSubject,
  where: AnnouncementChannel,
  before: ToldByKey = {},
): Promise<{ readonly told: ToldByKey; readonly keys: readonly string[]; readonly ended: boolean }> {
  const announce = activities();
  const { items, ended } = await announce.outstanding({ subject, channel: where, told: before });
  let told = before;
  for (const { key } of items) {
    const said = await announce.tell({ subject, channel: where, key, told });
    if (said !== null) told = { ...told, [key]: said };
  }
  return { told, keys: items.map(({ key }) => key), ended };
}

const saveRelease = (record: ReleaseRecord): Promise<void> =>
  store.writeDocument(documentKeys.release(record.id), JSON.stringify(record));

const releaseSubject: AnnouncedSubject = {
  ...{ kind: 'release', id: askedRelease.id, project, commit: askedRelease.commit },
};

it('a release is a thread that grows, and a deployment whose state changes', async () => {
  await saveRelease(askedRelease);
  const asked = await tellAll(releaseSubject, 'chat');
  const shown = await tellAll(releaseSubject, 'forge');
  const [parent] = slack.workspace.messages;
  expect(
    slack.workspace
      .thread(parent?.ts ?? '')
      .map(({ text }) => text)
      .join('\n'),
  ).toContain('pproval');
  expect(github.repository(project).deployments.map(({ environment }) => environment)).toContain(
    'production',
  );
  expect((await tellAll(releaseSubject, 'chat', asked.told)).keys).toEqual([]);
  expect((await tellAll(releaseSubject, 'forge', shown.told)).keys).toEqual([]);

  const { waiting: _, ...rest } = askedRelease;
  const undone: ReleaseRecord = {
    ...{ ...rest, phase: 'ended', onRollback: { revertPullRequest: true } },
    outcome: { kind: 'rolledBack', reason: 'errors 12 % above the limit of 1 %' },
  };
  await saveRelease(undone);
  const messages = slack.workspace.messages.length;
  const end = await tellAll(releaseSubject, 'chat', asked.told);
  expect(end.ended).toBe(true);
  expect(slack.workspace.messages.length).toBeGreaterThan(messages);
  expect(slack.workspace.messages[0]?.edits).toBe(1);
  await tellAll(releaseSubject, 'forge', shown.told);
  expect(reverted).toEqual([undone.id]);
  expect(github.repository(project).deployments).toHaveLength(shown.keys.length);
});

it('a CI run that failed is a check for each step, and one message', async () => {
  const report = { digest: 'sha256:none', size: 1, name: 'report.md' };
  const result: CiRunResult = { ...sampleRun, passed: false, report: { markdown: report, junit: report } };
  await store.writeDocument(documentKeys.ciRun(result.id), JSON.stringify(result));
  const subject: AnnouncedSubject = { kind: 'ci', id: result.id, project, commit: result.commit };
  const first = await tellAll(subject, 'forge');
  await tellAll(subject, 'chat');
  const { checkRuns } = github.repository(project);
  expect(checkRuns.map(({ name }) => name)).toEqual(result.steps.map(({ name }) => `longhaul / ${name}`));
  expect(slack.workspace.messages.map(({ text }) => text)).toEqual([
    expect.stringContaining('CI failed: longhaul/flights') as string,
  ]);

  expect((await tellAll(subject, 'forge', first.told)).keys).toEqual([]);
  await tellAll(subject, 'forge');
  expect(github.repository(project).checkRuns).toHaveLength(result.steps.length);
});
