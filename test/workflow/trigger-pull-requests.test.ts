import { Context } from '@temporalio/activity';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TriggerEvent } from '../../core/forge-event.ts';
import { ciRunId, untrustedCiRunId } from '../../core/ids.ts';
import type { Stage } from './harness.ts';
import { project } from './trigger-site.ts';
import type { TriggerSite } from './trigger-site.ts';
import { asItIs, openTriggerStage } from './trigger-stage.ts';
import type { TriggerStage } from './trigger-stage.ts';
import { World } from './world.ts';

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
