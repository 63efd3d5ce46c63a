import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { FailureInterceptor } from '../../activities/failure.ts';
import { createPressActivities } from '../../activities/notify/presses.ts';
import { sendToRelease } from '../../client/releases.ts';
import { createStartAnswer } from '../../client/webhooks/start-answer.ts';
import { LonghaulError } from '../../core/errors.ts';
import { taskQueues } from '../../core/ids.ts';
import type { Notifier, Whisper } from '../../core/ports/notifier.ts';
import { findTools } from '../../local/tools.ts';
import type { AnswerInput } from '../../workflows/inputs.ts';
import type { Answer } from '../../workflows/messages.ts';
import { heard } from './pressed-release.ts';

Runtime.install({ logger: new DefaultLogger('ERROR') });

let env: TestWorkflowEnvironment;
let worker: Worker;
let running: Promise<void>;
let whispers: Whisper[] = [];
/** What goes wrong after the release was told, or as the person is told; once. */
let loses: 'answer' | 'whisper' | undefined;

const notifier: Notifier = {
  can: { threads: true, buttons: true },
  send: () => Promise.resolve(null),
  update: () => Promise.resolve(),
  whisper: (whisper) => {
    if (loses === 'whisper') return Promise.reject(new LonghaulError('NotPermitted', 'not in channel'));
    whispers.push(whisper);
    return Promise.resolve();
  },
};

beforeAll(async () => {
  env = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path: findTools().temporal } },
  });
  worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue: taskQueues.orchestration,
    workflowsPath: fileURLToPath(new URL('./pressed-release.ts', import.meta.url)),
    interceptors: { activity: [() => ({ inbound: new FailureInterceptor() })] },
    activities: createPressActivities({
      notifier,
      send: async (id, word, person, key) => {
        const answer = await sendToRelease(env.client, id, word, person, key);
        if (loses !== 'answer') return answer;
        loses = undefined;
        throw new LonghaulError('Unreachable', 'the answer is lost');
      },
    }),
  });
  running = worker.run();
}, 60_000);

afterEach(() => {
  whispers = [];
  loses = undefined;
});

afterAll(async () => {
  worker.shutdown();
  await running;
  await env.teardown();
});

let releases = 0;

async function openRelease(): Promise<string> {
  const workflowId = `release/flights/${(releases += 1)}`;
  await env.client.workflow.start('release', { workflowId, taskQueue: taskQueues.orchestration });
  return workflowId;
}

const input = (release: string, word: AnswerInput['word'], comment: string): AnswerInput => ({
  ...{ release, word, user: 'U0ANN', channel: 'C024BE91L', thread: '1790000000.000001' },
  message: {
    ...{ by: 'ann', comment, evidence: 'sha256:e' },
    proof: { kind: 'slackButton', user: 'U0ANN', name: 'ann', at: '2026-11-23T10:00:00.000Z', mark: 'm' },
  },
});

async function press(given: AnswerInput): Promise<Answer> {
  const digest = `${given.release}${given.word}${given.message.comment ?? ''}`;
  expect(await createStartAnswer(env.client)(digest, given)).toBe('started');
  expect(await createStartAnswer(env.client)(digest, given)).toBe('repeat');
  return env.client.workflow.getHandle(`answer/${digest}`).result() as Promise<Answer>;
}

const heardBy = (release: string) => env.client.workflow.getHandle(release).query(heard);

test('a press reaches its release with its proof, and who pressed hears what came of it', async () => {
  const release = await openRelease();
  const given = input(release, 'approve', 'good');
  expect(await press(given)).toMatchObject({ accepted: true });
  expect(await heardBy(release)).toEqual([given.message]);
  expect(whispers).toEqual([
    {
      ...{ user: 'U0ANN', channel: 'C024BE91L', thread: '1790000000.000001' },
      text: ':white_check_mark: Taken: approved, for &lt;this&gt; evidence.',
    },
  ]);
});

test('a refusal is told to who has pressed', async () => {
  const release = await openRelease();
  expect(await press(input(release, 'reject', 'too slow'))).toMatchObject({ accepted: false });
  expect(whispers[0]?.text).toBe(':no_entry_sign: Not taken: bob is not among qa.');
});

test('a rejection without a reason does not reach the release, and who pressed hears where to write one', async () => {
  const release = await openRelease();
  await press(input(release, 'reject', ''));
  expect(await heardBy(release)).toEqual([]);
  expect(whispers[0]?.text).toMatch(/needs a reason/);
});

test('an answer that is lost on its way is not given twice', async () => {
  const release = await openRelease();
  loses = 'answer';
  expect(await press(input(release, 'approve', 'once'))).toMatchObject({ accepted: true });
  expect(await heardBy(release)).toHaveLength(1);
  expect(whispers).toHaveLength(1);
});

test('that the release has ended is told; that nobody can be told costs nothing', async () => {
  const release = await openRelease();
  loses = 'whisper';
  expect(await press(input(release, 'approve', 'over'))).toMatchObject({ accepted: true });
  loses = undefined;
  await env.client.workflow.getHandle(release).result();
  expect(await press(input(release, 'approve', 'late'))).toMatchObject({ accepted: false });
  expect(whispers).toMatchObject([{ text: expect.stringContaining('has ended') as string }]);
});
