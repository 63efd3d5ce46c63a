import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ArmSpec } from '../../core/serving.ts';
import { nextReleaseId, openStage, say } from './harness.ts';
import type { Stage } from './harness.ts';
import { artifact, quickPlan } from './plan.ts';
import { failed, World } from './world.ts';

const uncommitted = { bundle: artifact('checkout.bundle'), base: 'c0ffee'.padEnd(40, '0'), changed: 2 };

let stage: Stage;
let world: World;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
beforeEach(() => {
  world = new World();
  say(stage, world, 'waitingForApproval', 'approve');
});

/** A champion that an earlier release left in production. */
function withChampion(): ArmSpec {
  const champion = { id: 'flight-delay-v1', release: 'release/flight-delay/old-1', version: '1' } as ArmSpec;
  Object.assign(world.production, { stable: champion });
  world.aliases.set('champion', '1');
  world.versionTags.set('1', { 'longhaul.release': champion.release });
  world.versions = 1;
  return champion;
}

const weights = (): readonly string[] => world.calls.filter((call) => call.startsWith('weight production'));
const minutesOf = (record: { startedAt: string; updatedAt: string }): number =>
  (Date.parse(record.updatedAt) - Date.parse(record.startedAt)) / 60_000;

describe('a good candidate', () => {
  it('keeps in its record what the environment has told, each once', async () => {
    withChampion();
    world.warnings = ['5 % was asked for; 1 of 11 replicas gives 9.1 %', 'x'.repeat(1000)];
    const { outcome, warnings } = await stage.run(world, () => stage.release());
    expect(outcome).toEqual({ kind: 'released' });
    expect(warnings).toEqual([world.warnings[0], 'x'.repeat(400)]);
  });

  it('goes direct under the guardrails when there is no champion yet', async () => {
    const record = await stage.run(world, () => stage.release());
    expect(record.outcome).toEqual({ kind: 'released' });
    expect(weights()).toEqual(['weight production=100', 'weight production=100']);
    expect(world.aliases).toEqual(new Map([['champion', '1']]));
    expect(world.production.stable?.version).toBe('1');
    expect(world.production.candidate).toBeNull();
    expect(record.compensations).toEqual([]);
  });

  it('walks a canary through its weights for ten minutes, then five minutes of stabilization', async () => {
    withChampion();
    const record = await stage.run(world, () => stage.release());
    expect(record.outcome).toEqual({ kind: 'released' });
    expect(weights().map((call) => call.split('=')[1])).toEqual(['5', '25', '50', '100']);
    expect(minutesOf(record)).toBeGreaterThanOrEqual(15);
    expect(minutesOf(record)).toBeLessThan(20);
    expect(record.gates.map(({ gate, passed }) => [gate, passed])).toEqual(
      [
        'ci',
        'training',
        'registration',
        'metrics',
        'staging',
        'integration',
        'load',
        'approval',
        'canary',
        'stabilization',
      ].map((gate) => [gate, true]),
    );
  });

  it('first takes away the candidate that a dead release left in production', async () => {
    const champion = withChampion();
    const left = { id: 'flight-delay-v7', release: 'release/flight-delay/dead-1', version: '7' } as ArmSpec;
    Object.assign(world.production, { candidate: left, candidateWeight: 25 });
    const record = await stage.run(world, () => stage.release());
    expect(record.outcome).toEqual({ kind: 'released' });
    expect(record.snapshots.at(-1)).toMatchObject({ stable: champion, candidate: null, candidateWeight: 0 });
  });

  it('becomes champion only after its canary has passed, and the old champion stays warm until it is stable', async () => {
    const champion = withChampion();
    let whenPromoting: { alias: string | undefined; canary: boolean | undefined } | undefined;
    let stableWhileStabilizing: ArmSpec | null = null;
    world.onPhase.set('promoting', (record) => {
      whenPromoting = {
        alias: world.aliases.get('champion'),
        canary: record.gates.find(({ gate }) => gate === 'canary')?.passed,
      };
    });
    world.onPhase.set('stabilizing', () => {
      stableWhileStabilizing = world.production.stable;
    });
    await stage.run(world, () => stage.release());
    expect(whenPromoting).toEqual({ alias: '1', canary: true });
    expect(stableWhileStabilizing).toEqual(champion);
    expect(world.aliases.get('champion')).toBe('2');
  });
});

describe('a bad candidate', () => {
  it('is undone in reverse when its canary breaks the limit, and users keep the champion', async () => {
    const champion = withChampion();
    world.traffic = { requestsPerSecond: 20, candidateErrors: 0.11, championErrors: 0 };
    const record = await stage.run(world, () => stage.release());
    expect(record.outcome?.kind).toBe('rolledBack');
    expect(record.compensations.map(({ name, verified }) => [name, verified])).toEqual([
      ['production traffic', true],
      ['production servers and config', true],
      ['alias champion', true],
      ['alias challenger', true],
      ['staging', true],
    ]);
    expect(world.production).toMatchObject({ stable: champion, candidate: null, candidateWeight: 0 });
    expect(world.aliases).toEqual(new Map([['champion', '1']]));
    expect(record.residue).toEqual([]);
    expect(record.lastVerdict?.kind).toBe('fail');
  });

  it('is undone when it turns bad after it became champion', async () => {
    withChampion();
    world.onPhase.set('stabilizing', () => {
      world.traffic = { requestsPerSecond: 20, candidateErrors: 0.2, championErrors: 0 };
    });
    const record = await stage.run(world, () => stage.release());
    expect(record.outcome?.kind).toBe('rolledBack');
    expect(world.aliases.get('champion')).toBe('1');
    expect(world.production.stable?.version).toBe('1');
  });

  it('is undone at the first proof, also while more replicas are waited for', async () => {
    withChampion();
    world.plan = quickPlan();
    world.traffic = { requestsPerSecond: 500, candidateErrors: 0, championErrors: 0 };
    world.onAwaitReady = async (environment, replicas) => {
      if (environment !== 'production' || replicas < 3) return;
      world.traffic = { ...world.traffic, candidateErrors: 0.5 };
      const context = Context.current();
      const beating = setInterval(() => {
        context.heartbeat();
      }, 200);
      await context.cancelled.finally(() => {
        clearInterval(beating);
      });
    };
    const record = await stage.run(world, () => stage.release());
    expect(record.outcome).toMatchObject({
      kind: 'rolledBack',
      reason: expect.stringMatching(/^canary: errors/) as string,
    });
    expect(weights()).toEqual(['weight production=5']);
    expect(world.production.candidateWeight).toBe(0);
  });

  it('is caught while its canary is paused, because the watch goes on', async () => {
    withChampion();
    world.onPhase.set('canary', async (record) => {
      await stage.env.client.workflow.getHandle(record.id).signal('pause', { by: 'ann' });
    });
    world.onLook = ({ state }) => {
      if (state.looks === 12) world.production.candidateWeight = 25;
      world.traffic = {
        requestsPerSecond: 20,
        candidateErrors: state.looks > 12 ? 0.2 : 0,
        championErrors: 0,
      };
    };
    const record = await stage.run(world, () => stage.release());
    expect(record.outcome?.kind).toBe('rolledBack');
    expect(record.paused).toBe(true);
  });

  it.each([
    [
      'training',
      () => world.stepOutcomes.set('train', () => Promise.resolve(failed('ValueError: NaN loss'))),
      'train: ValueError: NaN loss',
    ],
    [
      'the gate',
      () => (world.gate = { passed: false, evidence: 'accuracy 0.80 is below 0.85' }),
      'gate: accuracy 0.80 is below 0.85',
    ],
    [
      'integration tests',
      () => world.stepOutcomes.set('integration-tests', () => Promise.resolve(failed('2 tests failed'))),
      'integration-tests: 2 tests failed',
    ],
    ['the load test', () => (world.loadTestPasses = false), 'load test: P95 900 ms is not below 500 ms'],
    ['CI', () => (world.ciPassed = false), /CI failed for this commit; run: longhaul ci run/],
    ['CI', () => (world.ciSource = uncommitted), /uncommitted changes on top of c0ffee0*.*only a commit/],
  ])('fails by %s without touching production', async (_what, arrange, reason) => {
    const champion = withChampion();
    arrange();
    const record = await stage.run(world, () => stage.release());
    expect(record.outcome).toEqual({
      kind: 'failed',
      reason: typeof reason === 'string' ? reason : (expect.stringMatching(reason) as string),
    });
    expect(world.production.stable).toEqual(champion);
    expect(weights()).toEqual([]);
    expect(world.staging).toMatchObject({ stable: null, candidate: null });
    expect(world.aliases).toEqual(new Map([['champion', '1']]));
  });
});

describe('servers that are away', () => {
  it('cannot keep a bad candidate from being undone: the record is saved when the store is back', async () => {
    const champion = withChampion();
    world.onLook = ({ phase, state }) => {
      if (phase !== 'canary' || state.looks !== 6) return;
      world.traffic = { requestsPerSecond: 20, candidateErrors: 0.3, championErrors: 0 };
      world.storeFault = new Error('no space left on device');
    };
    world.onRestore = () => {
      if (world.calls.includes('restore staging')) world.storeFault = undefined;
    };
    const record = await stage.run(world, () => stage.release());
    expect(record.compensations.map(({ verified }) => verified)).toEqual([true, true, true, true, true]);
    expect(world.production).toMatchObject({ stable: champion, candidate: null, candidateWeight: 0 });
    expect(world.saved.at(-1)).toMatchObject({ phase: 'ended', outcome: { kind: 'rolledBack' } });
  });

  it('cannot keep a release from ending: its version was deleted while people decided', async () => {
    withChampion();
    world.tagFault = ApplicationFailure.nonRetryable('there is no version 2', 'NotFound');
    say(stage, world, 'waitingForApproval', 'reject', 'not now');
    const record = await stage.run(world, () => stage.release());
    expect(record.outcome).toEqual({ kind: 'rejected', by: 'ann', reason: 'not now' });
    expect(world.saved.at(-1)).toMatchObject({ phase: 'ended', outcome: record.outcome });
  });
});

describe('people', () => {
  it('reject: staging and the alias go back, production was never touched', async () => {
    withChampion();
    say(stage, world, 'waitingForApproval', 'reject', 'recall fell on night flights');
    const record = await stage.run(world, () => stage.release());
    expect(record.outcome).toEqual({ kind: 'rejected', by: 'ann', reason: 'recall fell on night flights' });
    expect(record.compensations.map(({ name }) => name)).toEqual(['alias challenger', 'staging']);
    expect(world.staging.stable).toBeNull();
    expect(weights()).toEqual([]);
  });

  it('do not answer: after seven days it is rejected', async () => {
    world.onPhase.delete('waitingForApproval');
    const record = await stage.run(world, () => stage.release());
    expect(record.outcome).toMatchObject({ kind: 'rejected', by: 'expiry' });
    expect(minutesOf(record)).toBeGreaterThanOrEqual(7 * 24 * 60);
  });

  it('answer for other evidence: refused with the digest to look at, and the right one is accepted', async () => {
    const answers: unknown[] = [];
    world.onPhase.set('waitingForApproval', async (record) => {
      const handle = stage.env.client.workflow.getHandle(record.id);
      const approve = (evidence: string) =>
        handle.executeUpdate('approve', { args: [{ by: 'bob', evidence }] });
      answers.push(await approve('sha256:0123456789abcdef'), await approve(record.evidence?.digest ?? ''));
    });
    const record = await stage.run(world, () => stage.release());
    expect(answers).toEqual([
      { accepted: false, message: expect.stringContaining(record.evidence?.digest ?? '-') as string },
      { accepted: true, message: expect.stringContaining('approved') as string },
    ]);
    expect(record.approvals).toHaveLength(1);
  });

  it('abort in the canary: all of it is undone, told by whom and why', async () => {
    withChampion();
    world.onLook = async ({ state }) => {
      if (state.looks === 20)
        await stage.env.client.workflow.getHandle(id).signal('abort', { by: 'bob', comment: 'incident 7' });
    };
    const id = nextReleaseId();
    const record = await stage.run(world, () => stage.release({}, id));
    expect(record.outcome).toEqual({ kind: 'rolledBack', reason: 'aborted by bob: incident 7' });
    expect(record.compensations.every(({ verified }) => verified)).toBe(true);
    expect(record.compensations).toHaveLength(5);
  });

  it('resume what is being undone: nothing comes of it', async () => {
    withChampion();
    world.traffic = { requestsPerSecond: 20, candidateErrors: 0.1, championErrors: 0.1 };
    const id = nextReleaseId();
    world.onLook = async ({ state }) => {
      if (state.looks === 30) await stage.env.client.workflow.getHandle(id).signal('abort', { by: 'bob' });
    };
    say(stage, world, 'undoing', 'resume');
    const record = await stage.run(world, () => stage.release({}, id));
    expect(record.outcome).toEqual({ kind: 'rolledBack', reason: 'aborted by bob' });
    expect(record.compensations).toHaveLength(5);
  });

  it('cancel it in Temporal: it is undone as well', async () => {
    withChampion();
    world.onPhase.set('stabilizing', async (record) => {
      await stage.env.client.workflow.getHandle(record.id).cancel();
    });
    const record = await stage.run(world, () => stage.release());
    expect(record.outcome).toEqual({ kind: 'rolledBack', reason: 'cancelled in Temporal' });
    expect(world.aliases.get('champion')).toBe('1');
  });
});

describe('a champion that changes while a release waits', () => {
  it('has the gate and the approval asked again when it went back to an older one', async () => {
    withChampion();
    let asked = 0;
    world.onPhase.set('waitingForApproval', async (record) => {
      asked += 1;
      if (asked === 1) world.aliases.set('champion', '0');
      await stage.env.client.workflow.getHandle(record.id).signal('approve', { by: 'ann' });
    });
    const record = await stage.run(world, () => stage.release());
    expect(asked).toBe(2);
    expect(record.outcome).toEqual({ kind: 'released' });
    expect(record.evidence?.championVersion).toBe('0');
  });

  it('supersedes it when it is newer', async () => {
    withChampion();
    world.versionTags.set('9', { 'longhaul.release': 'release/flight-delay/newer-1' });
    world.onPhase.set('waitingForProductionLane', () => {
      world.aliases.set('champion', '9');
    });
    const record = await stage.run(world, () => stage.release());
    expect(record.outcome).toEqual({ kind: 'superseded', by: 'release/flight-delay/newer-1' });
    expect(weights()).toEqual([]);
  });
});

describe('a watch without good numbers', () => {
  it('extends for want of traffic, and then follows the policy', async () => {
    withChampion();
    world.traffic = { requestsPerSecond: 0.1, candidateErrors: 0, championErrors: 0 };
    const record = await stage.run(world, () => stage.release());
    expect(record.outcome?.kind).toBe('rolledBack');
    expect(record.lastVerdict?.kind).toBe('needMoreTraffic');
    expect(minutesOf(record)).toBeGreaterThanOrEqual(20);
  });

  it('never promotes while the metric source is away, and goes on when it is back', async () => {
    withChampion();
    world.onLook = ({ phase, state }) => {
      const down = phase === 'canary' && state.looks >= 5 && state.looks < 200;
      world.traffic = { requestsPerSecond: 20, candidateErrors: 0, championErrors: 0, down };
    };
    const record = await stage.run(world, () => stage.release());
    expect(record.outcome).toEqual({ kind: 'released' });
    expect(minutesOf(record)).toBeGreaterThanOrEqual(15 + (195 * 10) / 60 - 5);
  });

  it('takes a word about an absent metric source for no word about limits that are broken later', async () => {
    withChampion();
    const id = nextReleaseId();
    const told = new Set<boolean>();
    world.onLook = async ({ acknowledged, state: { looks } }) => {
      told.add(acknowledged);
      const errors = looks < 12 ? 0 : 0.1;
      world.traffic = {
        requestsPerSecond: 20,
        candidateErrors: errors,
        championErrors: errors,
        down: looks >= 5 && looks < 12,
      };
      const handle = stage.env.client.workflow.getHandle(id);
      if (looks === 10) await handle.signal('resume', { by: 'ann' });
      if (looks === 100) await handle.signal('abort', { by: 'ann', comment: 'still held' });
    };
    const record = await stage.run(world, () => stage.release({}, id));
    expect(told).toEqual(new Set([false]));
    expect(record.outcome).toEqual({ kind: 'rolledBack', reason: 'aborted by ann: still held' });
    expect(record.gates.map(({ gate }) => gate)).not.toContain('canary');
  });

  it('asks a person when the champion breaks the same limit, and goes on at their word', async () => {
    withChampion();
    world.traffic = { requestsPerSecond: 20, candidateErrors: 0.1, championErrors: 0.1 };
    let held = 0;
    world.onLook = async ({ acknowledged, phase }) => {
      if (phase === 'stabilization')
        world.traffic = { requestsPerSecond: 20, candidateErrors: 0, championErrors: 0 };
      if (phase === 'canary' && !acknowledged && (held += 1) === 30) {
        await stage.env.client.workflow.getHandle(id).signal('resume', { by: 'ann' });
      }
    };
    const id = nextReleaseId();
    const record = await stage.run(world, () => stage.release({}, id));
    expect(held).toBeGreaterThanOrEqual(30);
    expect(record.outcome).toEqual({ kind: 'released' });
  });
});
