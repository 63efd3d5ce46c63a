import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { triggersSchema } from '../../config/triggers-config.ts';
import type { CommandFacts } from '../../core/decide-command.ts';
import { decideCommand } from '../../core/decide-command.ts';
import {
  decideData,
  decideLook,
  decidePullRequest,
  decidePush,
  decideRerun,
  decideSchedule,
} from '../../core/decide-trigger.ts';
import { commandWords } from '../../core/forge-event.ts';
import type { CommandWord, PullRequestEvent, PushEvent } from '../../core/forge-event.ts';
import type { Permission, PullRequest } from '../../core/ports/forge.ts';
import type { TriggerDecision } from '../../core/trigger.ts';

const project = 'team/model';
const a = 'a'.repeat(40);
const b = 'b'.repeat(40);
const guide = { policy: triggersSchema.parse({}), releases: true };

const push = (change: Partial<PushEvent> = {}): PushEvent => ({
  ...{ kind: 'push', project, branch: 'main', before: b, commit: a, by: 'ann' },
  ...change,
});

const pull = (change: Partial<PullRequest> = {}): PullRequest => ({
  ...{ project, number: 7, title: 'Add', url: 'https://x', open: true, draft: false, commit: a },
  ...{ baseBranch: 'main', baseCommit: b, headProject: project, author: 'ann', authorAssociation: 'MEMBER' },
  ...change,
});

const opened = (change: Partial<PullRequestEvent> = {}): PullRequestEvent => ({
  ...{ kind: 'pullRequest', project, action: 'opened', number: 7, commit: a, by: 'ann' },
  ...change,
});

const started = ({ actions }: TriggerDecision) =>
  actions.map((action) => {
    switch (action.kind) {
      case 'ci':
        return `ci ${action.run.commit[0] ?? ''} ${action.run.configuration ?? 'staging'} ${action.release}${action.run.untrusted === true ? ' untrusted' : ''}`;
      case 'wait':
        return `wait ${action.commit[0] ?? ''}`;
      case 'schedules':
        return 'schedules';
      case 'release':
        return `release ${action.commit[0] ?? ''}`;
      case 'tell':
        return `${action.word} ${action.commit[0] ?? ''}: ${action.reason}`;
    }
  });

describe('a push', () => {
  const decided = (
    change: Partial<PushEvent>,
    changed: readonly string[] | null = ['src/a.py'],
    held = true,
  ) => decidePush(push(change), guide, { held, changed });

  it.each([
    ['main', ['ci a production first']],
    ['develop', ['ci a staging none']],
    ['feature', []],
  ])('to %s starts what the guide says', (branch, expected) => {
    expect(started(decided({ branch }))).toEqual(expected);
  });

  it('that the branch does not hold any more, or that deletes it, starts nothing', () => {
    expect(decided({}, [], false)).toEqual({
      actions: [],
      told: ['main does not hold aaaaaaaaaaaa any more.'],
    });
    expect(decided({ commit: '0'.repeat(40) }).told).toEqual(['main was deleted.']);
  });

  it('that changes data is a change of data, and retrains where nothing else would', () => {
    const onlyData = { policy: triggersSchema.parse({ push: [], release: [] }), releases: true };
    const facts = (changed: readonly string[] | null) => ({ held: true, changed });
    expect(started(decidePush(push(), onlyData, facts(['data/full.dvc'])))).toEqual([
      'ci a production first',
    ]);
    expect(started(decidePush(push(), onlyData, facts(['src/data.py'])))).toEqual([]);
    expect(started(decidePush(push(), onlyData, facts(null)))).toEqual([]);
    expect(decided({}, ['dvc.lock']).actions[0]).toMatchObject({ run: { trigger: { kind: 'dataChange' } } });
    expect(started(decided({ branch: 'develop' }, ['data/full.dvc']))).toEqual(['ci a staging none']);
  });

  it('is released by nobody where the file has no release', () => {
    const ciOnly = { ...guide, releases: false };
    expect(started(decidePush(push(), ciOnly, { held: true, changed: ['x.dvc'] }))).toEqual([
      'ci a production none',
    ]);
  });

  it('never starts another commit than the pushed one, nor a release of a branch that is not named', () => {
    const branches = fc.constantFrom('main', 'develop', 'release/1', 'feature/x');
    const lists = fc.uniqueArray(fc.constantFrom('main', 'develop', 'release/*', 'feature', '!develop'));
    fc.assert(
      fc.property(branches, lists, lists, fc.boolean(), fc.boolean(), (branch, ci, release, held, isData) => {
        const policy = triggersSchema.parse({ push: ci, release, data: { release: false } });
        const decision = decidePush(
          push({ branch }),
          { policy, releases: true },
          { held, changed: isData ? ['a.dvc'] : [] },
        );
        expect(decision.told).toHaveLength(1);
        for (const action of decision.actions) {
          expect(held).toBe(true);
          if (action.kind !== 'ci') throw new Error(action.kind);
          expect(action.run.commit).toBe(a);
          if (action.release !== 'none') expect(release.length).toBeGreaterThan(0);
        }
      }),
    );
  });
});

describe('a pull request', () => {
  const decided = (
    now: Partial<PullRequest>,
    event: Partial<PullRequestEvent> = {},
    seen: CommandFacts['seen'] = null,
  ) => decidePullRequest(opened(event), guide, { pullRequest: pull(now), seen });

  it('runs CI of its head, and older runs make way', () => {
    const { actions } = decided({});
    expect(started({ actions, told: [] })).toEqual(['ci a staging none']);
    expect(actions[0]).toMatchObject({ supersedes: { project, number: 7 }, run: { pullRequest: 7 } });
  });

  it.each([
    ['closed', decided({}, { action: 'closed' }), '#7 is closed.'],
    ['closed by now', decided({ open: false }), '#7 is closed.'],
    [
      'at another commit by now',
      decided({ commit: b }),
      '#7 is at bbbbbbbbbbbb by now, not at aaaaaaaaaaaa.',
    ],
    [
      'for another branch',
      decided({ baseBranch: 'old' }),
      'triggers.pullRequest of longhaul.yaml does not name old.',
    ],
    ['ready', decided({}, { action: 'ready' }), 'CI of #7 has run while it was a draft.'],
  ])('that is %s starts nothing', (_what, decision, told) => {
    expect(decision).toEqual({ actions: [], told: [told] });
  });

  it.each<[Partial<PullRequest>]>([
    [{ headProject: 'mallory/model' }],
    [{ headProject: null }],
    ...['FIRST_TIMER', 'FIRST_TIME_CONTRIBUTOR', 'NONE', 'MANNEQUIN', ''].map(
      (authorAssociation): [Partial<PullRequest>] => [{ authorAssociation }],
    ),
  ])('of a stranger (%o) waits, and its older runs make way', (now) => {
    expect(started(decided(now))).toEqual(['wait a']);
    expect(decided(now).told[0]).toContain(`/longhaul ok-to-test ${a}`);
  });

  it('of a stranger runs without secrets once its very commit has an ok', () => {
    const stranger = { headProject: 'mallory/model' };
    const ok = { by: 'ann', at: '2026-01-01T00:00:00Z' };
    const since = '2026-01-01T00:00:00Z';
    expect(started(decided(stranger, {}, { commit: a, since, ok }))).toEqual(['ci a staging none untrusted']);
    expect(started(decided(stranger, {}, { commit: b, since, ok }))).toEqual(['wait a']);
    expect(started(decided(stranger, {}, { commit: a, since }))).toEqual(['wait a']);
  });
});

describe('a check that is run again', () => {
  const event = { kind: 'rerun', project, commit: a, branch: 'main', by: 'ann' } as const;

  it('takes over what has passed, and releases a green main that was not released', () => {
    const decision = decideRerun(event, guide, { pullRequests: [], branches: ['main'] });
    expect(started(decision)).toEqual(['ci a production first']);
    expect(decision.actions[0]).toMatchObject({ run: { cache: 'retry' } });
  });

  it('runs nothing of a stranger without an ok, and nothing that is on no branch', () => {
    const pullRequest = pull({ headProject: 'mallory/model' });
    const facts = { pullRequests: [{ pullRequest, seen: null }], branches: ['main'] };
    expect(started(decideRerun(event, guide, facts))).toEqual(['wait a']);
    expect(started(decideRerun(event, guide, { pullRequests: [], branches: [] }))).toEqual([]);
  });
});

describe('the clock and the data', () => {
  it('run the newest commit of their branch', () => {
    const nightly = { kind: 'schedule', project, schedule: 'nightly' } as const;
    expect(started(decideSchedule(nightly, guide, { head: b }))).toEqual(['ci b production none']);
    expect(decideSchedule(nightly, guide, { head: b }).actions[0]).toMatchObject({
      awaited: true,
      run: { cache: 'ignore', trigger: { kind: 'schedule', by: 'nightly', ref: 'main' } },
    });
    const data = { kind: 'data', project, by: 'warehouse', note: '' } as const;
    expect(started(decideData(data, guide, { head: b }))).toEqual(['ci b production again']);
  });

  it('retrain when a look at the source of the data sees something else than the last, and only then', () => {
    const look = { kind: 'schedule', project, schedule: 'compare-data' } as const;
    const seen = (before: string | null, digest: string) =>
      decideLook(look, guide, { head: b, before, digest });
    expect(started(seen('one', 'two'))).toEqual(['ci b production again']);
    expect(seen('one', 'one')).toEqual({ actions: [], told: ['The source of the data is as it was.'] });
    expect(seen(null, 'one').actions).toEqual([]);
  });

  it('start nothing for a schedule that the file has no more, or without the branch', () => {
    const gone = { kind: 'schedule', project, schedule: 'weekly' } as const;
    expect(decideSchedule(gone, guide, { head: b }).told[0]).toContain('longhaul schedules sync');
    expect(decideSchedule({ ...gone, schedule: 'nightly' }, guide, { head: null }).actions).toEqual([]);
  });
});

describe('a command', () => {
  const at = '2026-01-01T12:00:00Z';
  const decided = (
    text: string,
    facts: Partial<Omit<CommandFacts, 'comment' | 'command'>> = {},
    files = guide,
  ) => {
    const [word, ...rest] = text.split(' ');
    return decideCommand(
      {
        ...{ kind: 'command', project, pullRequest: 7, comment: 1, at, by: 'ann' },
        ...{ word: 'retest', rest: '' },
      },
      files,
      {
        ...{ pullRequest: pull(), seen: null, permission: 'write', ciPassed: true, ...facts },
        comment: { author: 'ann', body: `/longhaul ${text}`, writtenAt: at, editedAt: at },
        command: { word: commandWords.find((known) => known === word) ?? null, rest: rest.join(' ') },
      },
    );
  };
  const stranger = pull({ headProject: 'mallory/model' });

  it.each([
    ['retest', ['ci a staging none']],
    ['release', ['release a']],
    ['approve', ['approve a: ']],
    ['reject recall fell', ['reject a: recall fell']],
    ['abort', ['abort a: ']],
  ])('%s is taken from who may write', (text, expected) => {
    expect(started(decided(text))).toEqual(expected);
    expect(decided(text).answer?.accepted).toBe(true);
  });

  it('goes to the release of what was merged', () => {
    expect(started(decided('approve', { pullRequest: pull({ open: false, mergeCommit: b }) }))).toEqual([
      'approve b: ',
    ]);
    expect(decided('approve', { pullRequest: pull({ open: false }) }).answer).toMatchObject({
      accepted: false,
    });
  });

  it('runs CI before a release whose CI has not passed', () => {
    expect(started(decided('release', { ciPassed: false }))).toEqual(['ci a staging again']);
    const merged = pull({ open: false, mergeCommit: b });
    expect(started(decided('release', { ciPassed: false, pullRequest: merged }))).toEqual([
      'ci b production again',
    ]);
  });

  it('lets nobody release a stranger’s commit, or what has no release', () => {
    expect(decided('release', { pullRequest: stranger }).answer?.message).toContain('merge it first');
    expect(decided('release', {}, { ...guide, releases: false }).answer?.accepted).toBe(false);
  });

  it('is refused with what it takes, whatever the word', () => {
    const words = fc.constantFrom<CommandWord>(...commandWords);
    const weak = fc.constantFrom<Permission>('none', 'read', 'triage');
    fc.assert(
      fc.property(words, weak, fc.boolean(), fc.boolean(), (word, permission, isStranger, ciPassed) => {
        if (word === 'retest' && permission === 'triage') return;
        const decision = decided(word, { permission, ciPassed, pullRequest: isStranger ? stranger : pull() });
        expect(decision.actions).toEqual([]);
        expect(decision.answer).toMatchObject({ accepted: false });
        expect(decision.answer?.message).toContain(permission);
      }),
    );
    expect(decided('release hotfix').answer?.message).toContain('`maintain`');
    expect(decided('release hotfix', { permission: 'maintain' }).actions[0]).toMatchObject({ hotfix: true });
    expect(decided('deploy').answer?.message).toContain('ok-to-test');
  });

  describe('ok-to-test', () => {
    const ok = (seen: CommandFacts['seen'], rest = '') =>
      decided(`ok-to-test${rest === '' ? '' : ` ${rest}`}`, { pullRequest: stranger, seen });

    it('lets the head run that was there when it was written, without secrets', () => {
      expect(started(ok({ commit: a, since: '2026-01-01T11:59:59.500Z' }))).toEqual([
        'ci a staging none untrusted',
      ]);
    });

    it.each([
      ['another head', { commit: b, since: '2026-01-01T11:00:00.000Z' }],
      ['a head that was not seen', null],
      ['a head that came later', { commit: a, since: '2026-01-01T12:00:00.500Z' }],
      ['a head that came in the same second', { commit: a, since: '2026-01-01T12:00:00.000Z' }],
    ])('is refused for %s', (_what, seen) => {
      expect(ok(seen).actions).toEqual([]);
      expect(ok(seen).answer?.message).toContain('Look at it again');
    });

    it('counts for the commit that it names in full, and for no short name alone', () => {
      expect(started(ok(null, a))).toEqual(['ci a staging none untrusted']);
      expect(ok(null, b).actions).toEqual([]);
      expect(ok(null, a.slice(0, 12)).actions).toEqual([]);
    });

    it('is needed for a retest, and for nobody who is known', () => {
      expect(decided('retest', { pullRequest: stranger }).answer?.accepted).toBe(false);
      expect(decided('ok-to-test').answer?.message).toContain('needs no ok');
    });
  });
});
