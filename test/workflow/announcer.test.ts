import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { ApplicationFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AnnounceActivities, ToldByChannel } from '../../activities/contracts.ts';
import { announcerCall, untold } from '../../core/announcement.ts';
import type { AnnouncedSubject, AnnouncementChannel } from '../../core/announcement.ts';
import { announcerId, taskQueues } from '../../core/ids.ts';
import type { announcer } from '../../workflows/index.ts';
import { startSkippingServer, workflowBundle } from './harness.ts';

const subject: AnnouncedSubject = {
  kind: 'release',
  id: 'release/flight-delay/c0ffee-1',
  project: 'longhaul/flights',
  commit: 'c0ffee',
};

/** What is to be seen, and what is: by channel and key. */
class Board {
  wanted: Record<string, string> = { status: 'begun' };
  ended = false;
  remembered: ToldByChannel = {};
  readonly seen: Record<AnnouncementChannel, string[]> = { forge: [], chat: [] };
  /** Called before something is told. */
  before: (channel: AnnouncementChannel, key: string) => void = () => undefined;

  activities(): AnnounceActivities {
    return {
      outstanding: ({ told }) => {
        const all = Object.entries(this.wanted).map(([key, digest]) => ({ key, digest }));
        return Promise.resolve({ items: untold(all, told), ended: this.ended });
      },
      tell: ({ channel, key }) => {
        this.before(channel, key);
        const digest = this.wanted[key];
        if (digest === undefined) return Promise.resolve(null);
        this.seen[channel].push(`${key}: ${digest}`);
        return Promise.resolve({ digest });
      },
      recall: () => Promise.resolve(this.remembered),
      remember: ({ told }) => {
        this.remembered = told;
        return Promise.resolve();
      },
    };
  }
}

let env: TestWorkflowEnvironment;
let board: Board;
let worker: Worker;
let running: Promise<void>;

beforeAll(async () => {
  env = await startSkippingServer();
  const here = (name: keyof AnnounceActivities) => (input: never) =>
    (board.activities()[name] as (given: never) => Promise<unknown>)(input);
  worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue: taskQueues.orchestration,
    workflowBundle: await workflowBundle(),
    activities: Object.fromEntries(
      (['outstanding', 'tell', 'recall', 'remember'] as const).map((name) => [name, here(name)]),
    ),
  });
  running = worker.run();
});
afterAll(async () => {
  worker.shutdown();
  await running;
  await env.teardown();
});
beforeEach(() => {
  board = new Board();
});

const poke = () => env.client.workflow.signalWithStart<typeof announcer>('announcer', announcerCall(subject));
const ended = () => env.client.workflow.getHandle<typeof announcer>(announcerId(subject.id)).result();

describe('an announcer', () => {
  it('tells each thing once, and anew when it has changed, until the run has ended', async () => {
    board.before = (channel, key) => {
      if (channel === 'chat' && key === 'status' && board.wanted['status'] === 'begun') {
        board.wanted = { status: 'released', verdict: 'passed' };
        board.ended = true;
      }
    };
    await poke();
    await ended();
    expect(board.seen.chat).toEqual(['status: released', 'verdict: passed']);
    expect(board.seen.forge.at(-1)).toBe('verdict: passed');
    expect(new Set(board.seen.forge).size).toBe(board.seen.forge.length);
  });

  it('lets a chat that is down hold up nothing, and lets its message go only after hours', async () => {
    board.ended = true;
    const begun = await env.currentTimeMs();
    board.before = (channel) => {
      if (channel === 'chat') throw ApplicationFailure.retryable('the chat is down', 'Unreachable');
    };
    await poke();
    await ended();
    expect(board.seen).toEqual({ forge: ['status: begun'], chat: [] });
    const hours = ((await env.currentTimeMs()) - begun) / 3_600_000;
    expect(hours).toBeGreaterThan(5);
  });

  it('that begins again after the end of another, as for a rollback, says only what is new', async () => {
    board.ended = true;
    await poke();
    await ended();
    board.wanted = { ...board.wanted, undone: 'by ann' };
    await poke();
    await ended();
    expect(board.seen.chat).toEqual(['status: begun', 'undone: by ann']);
  });
});
