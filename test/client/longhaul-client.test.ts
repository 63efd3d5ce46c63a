import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createArtifactStore } from '../../activities/store/index.ts';
import { createLonghaulClient } from '../../client/longhaul-client.ts';
import type { LonghaulClient } from '../../client/longhaul-client.ts';
import { documentKeys, searchAttributes, taskQueues } from '../../core/ids.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import { startDevServer } from './dev-server.ts';
import type { DevServer } from './dev-server.ts';
import { exampleRecord } from './example-record.ts';

let server: DevServer;
let worker: Worker;
let running: Promise<void>;
let folder: string;
let store: ArtifactStore;
let longhaul: LonghaulClient;

beforeAll(async () => {
  server = await startDevServer();
  folder = await mkdtemp(join(tmpdir(), 'longhaul-records-'));
  store = createArtifactStore({ home: { artifacts: join(folder, 'a'), documents: join(folder, 'd') } });
  longhaul = createLonghaulClient({ client: server.environment.client, store });
  worker = await Worker.create({
    connection: server.environment.nativeConnection,
    namespace: 'longhaul',
    taskQueue: taskQueues.orchestration,
    workflowsPath: fileURLToPath(new URL('./workflows.ts', import.meta.url)),
    activities: { train: trainUntilCancelled },
    maxHeartbeatThrottleInterval: '100ms',
  });
  running = worker.run();
});

afterAll(async () => {
  worker.shutdown();
  await running;
  await server.stop();
  await rm(folder, { recursive: true });
});

async function trainUntilCancelled(): Promise<void> {
  const { heartbeat, cancelled } = Context.current();
  heartbeat({ step: 'train', elapsedSeconds: 1, lastLine: 'loss 0.4', epoch: 3, epochs: 10 });
  await cancelled;
}

const { project, commit, trigger } = exampleRecord;
const input = (hash: string) => ({ project, commit: hash, model: 'flights', trigger });
const commitOf = (letter: string): string => letter.repeat(40);

test('a release answers, takes an approval of its evidence only, and is listed with how it ended', async () => {
  const { id } = await longhaul.startRelease(input(commit));
  expect(id).toBe('release/flights/0123456789ab-1');
  const view = await longhaul.release(id);
  expect(view).toMatchObject({ status: 'RUNNING', answeredBy: 'workflow', record: { id, commit } });

  const other = await longhaul.send(id, 'approve', { by: 'ann', evidence: 'sha256:0' });
  expect(other).toEqual({ accepted: false, message: 'other evidence' });
  const digest = view?.record?.evidence?.digest ?? '';
  expect(await longhaul.send(id, 'approve', { by: 'ann', evidence: digest })).toMatchObject({
    accepted: true,
  });
  await server.environment.client.workflow.getHandle(id).result();

  const released = { ...exampleRecord, id, outcome: { kind: 'released' } };
  await store.writeDocument(documentKeys.release(id), JSON.stringify(released));
  const listed = await longhaul.releases({ project, limit: 10 });
  expect(listed.find((release) => release.id === id)?.record?.outcome).toEqual({ kind: 'released' });
  expect(await longhaul.releases({ project: 'other/project', limit: 10 })).toEqual([]);

  await expect(longhaul.send(id, 'pause', { by: 'ann' })).rejects.toMatchObject({ type: 'Conflict' });
});

test('a commit has one open release, and the next attempt gets the next free id', async () => {
  const first = await longhaul.startRelease(input(commitOf('b')));
  await expect(longhaul.startRelease(input(commitOf('b')))).rejects.toMatchObject({
    type: 'Conflict',
    message: expect.stringContaining(first.id) as string,
  });
  await server.environment.client.workflow.getHandle(first.id).terminate();
  await store.writeDocument(
    documentKeys.release('release/flights/bbbbbbbbbbbb-2'),
    JSON.stringify(exampleRecord),
  );
  expect((await longhaul.startRelease(input(commitOf('b')))).id).toBe('release/flights/bbbbbbbbbbbb-3');
});

test('a release is found by its project, model and commit', async () => {
  const { id } = await longhaul.startRelease(input(commitOf('c')));
  const description = await server.environment.client.workflow.getHandle(id).describe();
  const attributes = Object.fromEntries(
    description.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
  );
  expect(attributes).toMatchObject({
    [searchAttributes.project]: project,
    [searchAttributes.model]: 'flights',
    [searchAttributes.commit]: commitOf('c'),
  });
  expect(await description.staticSummary()).toBe('Release of flights at cccccccccccc');
});

test('a word to a release that never was is told so', async () => {
  await expect(longhaul.send('release/flights/none-1', 'abort', { by: 'ann' })).rejects.toMatchObject({
    type: 'NotFound',
  });
  expect(await longhaul.release('release/flights/none-1')).toBeNull();
});

test('the epoch of a running training is known without asking its worker', async () => {
  const { client } = server.environment;
  const handle = await client.workflow.start('training', {
    workflowId: 'training',
    taskQueue: taskQueues.orchestration,
  });
  await expect
    .poll(async () => (await longhaul.pendingWork(handle.workflowId))[0]?.progress, { timeout: 10_000 })
    .toMatchObject({ step: 'train', epoch: 3, epochs: 10 });
  await handle.terminate();
});
