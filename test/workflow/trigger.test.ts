import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TriggerEvent } from '../../core/forge-event.ts';
import { ciRunId, scheduleId } from '../../core/ids.ts';
import type { StepOutcome } from '../../core/step.ts';
import type { Stage } from './harness.ts';
import { project } from './trigger-site.ts';
import type { TriggerSite } from './trigger-site.ts';
import { asItIs, openTriggerStage } from './trigger-stage.ts';
import type { TriggerStage } from './trigger-stage.ts';
import { failed, passed, World } from './world.ts';

let triggers: TriggerStage;
let stage: Stage;
let site: TriggerSite;
let world: World;

beforeAll(async () => {
  triggers = await openTriggerStage();
  ({ stage, site } = triggers);
}, 60_000);
afterAll(() => triggers.close());
beforeEach(() => {
  world = new World();
});
afterEach(async () => {
  triggers.around = asItIs;
  await triggers.clear();
});

const trigger = (event: TriggerEvent) => triggers.trigger(event);
const statusOf = (id: string) => triggers.statusOf(id);

const pushed = (commit: string, before: string, branch = 'main'): TriggerEvent => ({
  ...{ kind: 'push', project, branch, before, commit, by: 'ann' },
});
const head = (): string => site.repository.git('rev-parse', 'HEAD');

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
    triggers.around = async (name, call) => {
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
