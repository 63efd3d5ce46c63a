import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TriggerActivities } from '../../activities/contracts.ts';
import type { TriggerEvent } from '../../core/forge-event.ts';
import type { StepOutcome } from '../../core/step.ts';
import { ciRunId, scheduleId, taskQueues, untrustedCiRunId } from '../../core/ids.ts';
import type * as workflows from '../../workflows/index.ts';
import { openRealStage } from './harness.ts';
import type { Stage } from './harness.ts';
import { openTriggerSite, project } from './trigger-site.ts';
import type { TriggerSite } from './trigger-site.ts';
import { failed, passed, World } from './world.ts';

let stage: Stage;
let site: TriggerSite;
let world: World;
let asked = 0;
/** What is done to an activity before it is. */
let around: (name: keyof TriggerActivities, call: () => Promise<unknown>) => Promise<unknown> = (_, call) =>
  call();

beforeAll(async () => {
  site = await openTriggerSite();
  stage = await openRealStage({
    more: (client) =>
      Object.fromEntries(
        Object.entries(site.activities(client)).map(([name, run]) => [
          name,
          (input: never) =>
            around(name as keyof TriggerActivities, () => (run as (input: never) => Promise<unknown>)(input)),
        ]),
      ),
  });
}, 60_000);
afterAll(async () => {
  await stage.close();
  await site.close();
});
beforeEach(() => {
  world = new World();
});
afterEach(async () => {
  around = (_, call) => call();
  for await (const { workflowId } of stage.env.client.workflow.list({ query: `ExecutionStatus = 'Running'` }))
    await stage.env.client.workflow
      .getHandle(workflowId)
      .terminate()
      .catch(() => undefined);
});

const start = (event: TriggerEvent) =>
  stage.env.client.workflow.start<typeof workflows.trigger>('trigger', {
    workflowId: `trigger/${(asked += 1)}`,
    taskQueue: taskQueues.orchestration,
    args: [{ event }],
  });
const trigger = async (event: TriggerEvent) => (await start(event)).result();
const pushed = (commit: string, before: string, branch = 'main'): TriggerEvent => ({
  ...{ kind: 'push', project, branch, before, commit, by: 'ann' },
});
const head = (): string => site.repository.git('rev-parse', 'HEAD');
const statusOf = async (id: string) =>
  stage.env.client.workflow
    .getHandle(id)
    .describe()
    .then(
      ({ status }) => status.name,
      () => 'none',
    );

/** Steps of this name go on until their run is cancelled. */
function hold(step: string): void {
  world.stepOutcomes.set(step, async () => {
    const beat = setInterval(() => {
      Context.current().heartbeat();
    }, 50);
    try {
      return await Context.current().cancelled;
    } finally {
      clearInterval(beat);
    }
  });
}

describe('a push to main', () => {
  it('runs CI with production’s configuration, and a release of it when it has passed', async () => {
    const before = head();
    const commit = site.push({ 'train.py': 'a = 1' });
    const configurations: unknown[] = [];
    const real = world.git();
    world.git = () => ({
      resolvePlan: (input) => {
        configurations.push(input.configuration);
        return real.resolvePlan(input);
      },
    });
    const result = await stage.run(world, () => trigger(pushed(commit, before)));
    expect(result.started).toEqual([
      ciRunId(project, commit),
      `release/flight-delay/${commit.slice(0, 12)}-1`,
    ]);
    expect(result.told).toEqual([
      `CI of ${commit.slice(0, 12)} on main, then its release if it passes.`,
      `CI of ${commit.slice(0, 12)} passed.`,
      `release/flight-delay/${commit.slice(0, 12)}-1 has started.`,
    ]);
    expect(configurations[0]).toBe('production');
  });

  it('starts one release, although the answer to its start was lost', async () => {
    const before = head();
    const commit = site.push({ 'train.py': 'a = 2' });
    let lost = false;
    around = async (name, call) => {
      const answer = await call();
      if (name !== 'beginRelease' || lost) return answer;
      lost = true;
      throw new Error('the answer is lost');
    };
    const result = await stage.run(world, () => trigger(pushed(commit, before)));
    expect(lost).toBe(true);
    expect(result.started.at(-1)).toBe(`release/flight-delay/${commit.slice(0, 12)}-1`);
    expect(await statusOf(`release/flight-delay/${commit.slice(0, 12)}-2`)).toBe('none');
  });

  it('is not released when CI fails, nor behind a newer commit that has a release', async () => {
    const before = head();
    const older = site.push({ 'train.py': 'a = 3' });
    const newer = site.push({ 'train.py': 'a = 4' });
    world.stepOutcomes.set('lint', () =>
      Promise.resolve({ ...passed('lint'), status: 'failed', reason: 'x', lastLines: [] } as never),
    );
    const red = await stage.run(world, () => trigger(pushed(newer, older)));
    expect(red.told.at(-1)).toBe(`CI of ${newer.slice(0, 12)} did not pass.`);
    world.stepOutcomes.clear();
    await stage.run(world, () => trigger(pushed(newer, older)));
    const late = await stage.run(world, () => trigger(pushed(older, before)));
    expect(late.told.at(-1)).toBe(`No release: ${newer.slice(0, 12)}, which holds it, has one already.`);
    expect(late.started).toEqual([ciRunId(project, older)]);
  });
});

describe('the clock and the data', () => {
  it('run main, whose file says so', async () => {
    const commit = head();
    const nightly = await stage.run(world, () => trigger({ kind: 'schedule', project, schedule: 'nightly' }));
    expect(nightly.started).toEqual([ciRunId(project, commit)]);
    const data = await stage.run(world, () => trigger({ kind: 'data', project, by: 'warehouse', note: '' }));
    expect(data.started).toHaveLength(2);
    expect(data.told[0]).toMatch(/^The data has changed: CI of/);
  });

  it('retrain when a look at the source of the data sees something else, once for each change', async () => {
    const text = readFileSync(join(site.folder, 'longhaul.yaml'), 'utf8');
    const commit = site.push({
      'longhaul.yaml': `${text}triggers: { push: [], schedules: {}, data: { compare: { run: cat source } } }\n`,
    });
    let source = 'one';
    world.stepOutcomes.set('compare-data', ({ step, run }) => {
      expect(step.run[0]).toContain('cat source');
      expect(run.commit).toBe(commit);
      const outputs = [{ path: 'data-seen', kind: 'file', artifact: { digest: source, size: 3, name: 's' } }];
      return Promise.resolve({ ...passed('compare-data'), outputs } as StepOutcome);
    });
    const look = () => trigger({ kind: 'schedule', project, schedule: 'compare-data' });
    const told: unknown[] = [];
    await stage.run(world, async () => {
      told.push((await look()).told[1], (await look()).told[1]);
      source = 'two';
      const changed = await look();
      expect(changed.started).toEqual([
        ciRunId(project, commit),
        `release/flight-delay/${commit.slice(0, 12)}-1`,
      ]);
      told.push((await look()).told[1]);
      world.stepOutcomes.set('compare-data', () => Promise.resolve(failed('the bucket is away')));
      await expect(look()).rejects.toThrow();
    });
    expect(told).toEqual([
      'This was the first look at the source of the data.',
      'The source of the data is as it was.',
      'The source of the data is as it was.',
    ]);
    site.push({ 'longhaul.yaml': text });
  });

  it('start nothing for a project that is not served', async () => {
    const result = await stage.run(world, () => trigger({ kind: 'data', project: 'x/y', by: 'w', note: '' }));
    expect(result.started).toEqual([]);
    expect(result.told[0]).toContain('x/y is not served here');
  });
});

describe('schedules', () => {
  const ids = async (): Promise<readonly string[]> => {
    const found: string[] = [];
    for await (const { scheduleId: id } of stage.env.client.schedule.list()) found.push(id);
    return found.sort();
  };
  const handle = (name: string) => stage.env.client.schedule.getHandle(scheduleId(project, name));

  it('follow the file of main, keep what people paused, and start triggers', async () => {
    const text = readFileSync(join(site.folder, 'longhaul.yaml'), 'utf8');
    const before = head();
    const first = site.push({
      'longhaul.yaml': `${text}triggers:\n  push: []\n  schedules:\n    weekly: { cron: 0 4 * * 1, timezone: Asia/Seoul, overlap: bufferOne }\n    often: { cron: '*/5 * * * *' }\n`,
    });
    await stage.run(world, async () => {
      expect((await trigger(pushed(first, before))).told).toEqual([
        'triggers.push of longhaul.yaml does not name main.',
        'Schedule weekly: added.',
        'Schedule often: added.',
      ]);
      await vi.waitFor(async () => {
        expect(await ids()).toEqual([scheduleId(project, 'often'), scheduleId(project, 'weekly')]);
      }, 10_000);
      const { spec, policies } = await handle('weekly').describe();
      expect(spec.timezone).toBe('Asia/Seoul');
      expect(policies).toMatchObject({ overlap: 'BUFFER_ONE', catchupWindow: 3_600_000 });

      await handle('weekly').pause('the cluster moves');
      const second = site.push({
        'longhaul.yaml': `${text}triggers:\n  push: []\n  schedules:\n    weekly: { cron: 0 5 * * 1, timezone: Asia/Seoul }\n`,
      });
      expect((await trigger(pushed(second, first))).told.slice(1)).toEqual([
        'Schedule weekly: changed.',
        'Schedule often: removed.',
      ]);
      const { state } = await handle('weekly').describe();
      expect(state).toMatchObject({ paused: true, note: 'the cluster moves' });

      await handle('weekly').trigger();
      const started = await vi.waitFor(async () => {
        const { info } = await handle('weekly').describe();
        const action = info.recentActions.at(-1)?.action;
        if (action === undefined) throw new Error('It has not started anything yet.');
        return action.workflow.workflowId;
      }, 10_000);
      expect(await stage.env.client.workflow.getHandle(started).result()).toMatchObject({
        started: [ciRunId(project, second)],
      });

      const third = site.push({ 'longhaul.yaml': text });
      await trigger(pushed(third, second));
      expect(
        await handle('weekly')
          .describe()
          .then(
            () => 'there',
            () => 'gone',
          ),
      ).toBe('gone');
      await handle('nightly').delete();
    });
  }, 60_000);
});

describe('a pull request', () => {
  const opened = (number: number, commit: string): TriggerEvent => ({
    ...{ kind: 'pullRequest', project, action: 'synchronize', number, commit, by: 'ann' },
  });
  const flights = () => site.github.repository(project);
  const says = (number: number, author: string, body: string): TriggerEvent => {
    const { id: comment, createdAt: at } = flights().comment({ issue: number, author, body });
    return { kind: 'command', project, pullRequest: number, comment, at, by: author, word: null, rest: '' };
  };
  const reactions = (event: TriggerEvent): readonly string[] =>
    flights()
      .comments.find(({ id }) => event.kind === 'command' && id === event.comment)
      ?.reactions.map(({ content }) => content) ?? [];

  const ours = (number: number) =>
    flights().comments.filter(({ issue, author }) => issue === number && author === 'longhaul-bot');
  const spoken = (number: number): string => ours(number).at(-1)?.body.replaceAll('\\', '') ?? '';

  beforeEach(() => {
    flights().roles.set('ann', 'write');
  });

  it('at a new commit lets the run of the old one make way, and never the other way round', async () => {
    const older = site.push({ 'train.py': 'b = 1' }, 'topic');
    const pull = flights().openPullRequest({ commit: older });
    hold('lint');
    const result = await stage.run(world, async () => {
      await trigger(opened(pull.number, older));
      await vi.waitFor(() => {
        expect(world.ran).toContain('lint');
      });
      const newer = site.push({ 'train.py': 'b = 2' }, 'topic');
      pull.commit = newer;
      world.stepOutcomes.clear();
      const told = await trigger(opened(pull.number, newer));
      expect(told.told).toContain(`${ciRunId(project, older)} makes way.`);
      const late = await trigger(opened(pull.number, older));
      expect(late).toEqual({
        told: [`#${pull.number} is at ${newer.slice(0, 12)} by now, not at ${older.slice(0, 12)}.`],
        started: [],
      });
      expect(
        (await stage.env.client.workflow.getHandle(ciRunId(project, newer)).result()) as object,
      ).toMatchObject({
        passed: true,
        pullRequest: pull.number,
      });
      return stage.env.client.workflow.getHandle(ciRunId(project, older)).result() as Promise<object>;
    });
    expect(result).toMatchObject({ passed: false, supersededBy: pull.commit });
    site.repository.git('checkout', '--quiet', 'main');
  }, 60_000);

  it('of a stranger runs nothing without an ok, and then without secrets, for that commit alone', async () => {
    const commit = site.push({ 'train.py': 'c = 1' }, 'evil');
    const pull = flights().openPullRequest({
      ...{ commit, headProject: 'mallory/flights', author: 'mallory', association: 'NONE' },
    });
    await stage.run(world, async () => {
      expect((await trigger(opened(pull.number, commit))).started).toEqual([]);
      expect(flights().comments.at(-1)?.body).toContain('waits for a maintainer');
      const own = says(pull.number, 'mallory', '/longhaul ok-to-test');
      expect((await trigger(own)).started).toEqual([]);
      expect(reactions(own)).toEqual(['-1']);
      expect(spoken(pull.number)).toContain('ok-to-test` takes the permission `write`');

      const ok = says(pull.number, 'ann', `I looked.\n\n/longhaul ok-to-test ${commit}`);
      const run = await trigger(ok);
      expect(run.started).toEqual([untrustedCiRunId(project, commit)]);
      expect(reactions(ok)).toEqual(['eyes', '+1']);
      const result: unknown = await stage.env.client.workflow
        .getHandle(untrustedCiRunId(project, commit))
        .result();
      expect(result).toMatchObject({ untrusted: true, passed: true });

      pull.commit = site.push({ 'train.py': 'c = 2' }, 'evil');
      expect((await trigger(opened(pull.number, pull.commit))).started).toEqual([]);
      const again = says(pull.number, 'ann', `/longhaul ok-to-test ${commit}`);
      expect((await trigger(again)).started).toEqual([]);
      expect(spoken(pull.number)).toContain('Look at it again');
      expect(ours(pull.number)).toHaveLength(1);
    });
    site.repository.git('checkout', '--quiet', 'main');
  }, 60_000);

  it('is run again by the button of a check, for a stranger only with the ok', async () => {
    const commit = site.push({ 'train.py': 'e = 1' }, 'again');
    const pull = flights().openPullRequest({ commit, association: 'NONE', author: 'newcomer' });
    const button: TriggerEvent = { kind: 'rerun', project, commit, branch: null, by: 'ann' };
    await stage.run(world, async () => {
      expect((await trigger(button)).started).toEqual([]);
      await trigger(says(pull.number, 'ann', `/longhaul ok-to-test ${commit}`));
      expect((await trigger(button)).started).toEqual([untrustedCiRunId(project, commit)]);
      pull.association = 'MEMBER';
      expect((await trigger(button)).started).toEqual([ciRunId(project, commit)]);
    });
    site.repository.git('checkout', '--quiet', 'main');
  }, 60_000);

  it('takes commands by what the comment says now, and refuses with the reason', async () => {
    const commit = site.push({ 'train.py': 'd = 1' }, 'commands');
    const pull = flights().openPullRequest({ commit });
    await stage.run(world, async () => {
      const changed = says(pull.number, 'ann', '/longhaul approve');
      const comment = flights().comments.at(-1);
      if (comment !== undefined) comment.body = 'Never mind.';
      expect((await trigger(changed)).told).toEqual(['The comment says nothing to Longhaul any more.']);
      expect(reactions(changed)).toEqual([]);

      const early = says(pull.number, 'ann', '/longhaul abort it hurts');
      expect((await trigger(early)).told.at(-1)).toBe(`No release of ${commit.slice(0, 12)} is open.`);
      expect(reactions(early)).toEqual(['eyes', '-1']);

      const release = await trigger(says(pull.number, 'ann', '/longhaul release'));
      const id = `release/flight-delay/${commit.slice(0, 12)}-1`;
      expect(release.started).toEqual([ciRunId(project, commit), id]);
      hold('train');
      const abort = says(pull.number, 'ann', '/longhaul abort it hurts');
      await vi.waitFor(async () => {
        expect(await statusOf(id)).toBe('RUNNING');
      });
      await trigger(abort);
      expect(reactions(abort)).toHaveLength(2);
    });
    site.repository.git('checkout', '--quiet', 'main');
  }, 60_000);
});
