import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ArmSpec } from '../../core/serving.ts';
import { openStage, say } from './harness.ts';
import type { Stage } from './harness.ts';
import { plan, step } from './plan.ts';
import { failed, passed, World } from './world.ts';

const preview = step('preview');
const champion = { id: 'flight-delay-v1', release: 'release/flight-delay/old-1', version: '1' } as ArmSpec;

let stage: Stage;
let world: World;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
beforeEach(() => {
  const guide = plan();
  if (guide.release === undefined) throw new Error('The plan has a release.');
  world = new World();
  world.plan = { ...guide, release: { ...guide.release, blueGreen: { preview, keepOldMs: 20 * 60_000 } } };
  Object.assign(world.production, { stable: champion });
  world.aliases.set('champion', '1');
  world.versions = 1;
  say(stage, world, 'waitingForApproval', 'approve');
});

const inProduction = (): readonly string[] => world.calls.filter((call) => call.includes('production'));

describe('a blue-green release', () => {
  it('deploys all replicas, tries them through the preview, switches at once, and keeps the old colour for its delay', async () => {
    let tried: object = {};
    let weightThen = -1;
    let replicasThen = 0;
    world.stepOutcomes.set('preview', (input) => {
      tried = input.extraEnv;
      weightThen = world.production.candidateWeight;
      replicasThen = world.production.readyReplicas;
      return Promise.resolve(passed('preview'));
    });
    let switchedAt = 0;
    let stableWhileKept: ArmSpec | null = null;
    world.onPhase.set('stabilizing', (record) => {
      switchedAt = Date.parse(record.updatedAt);
      stableWhileKept = world.production.stable;
    });
    const record = await stage.run(world, () => stage.release());

    expect(record.outcome).toEqual({ kind: 'released' });
    expect(tried).toMatchObject({
      BASE_URL: 'http://preview.production.test',
      BASE_HEADERS: '{"team":"ml"}',
    });
    expect({ weightThen, replicasThen }).toEqual({
      weightThen: 0,
      replicasThen: world.plan.release?.production.replicas,
    });
    expect(inProduction().filter((call) => call.startsWith('weight'))).toEqual(['weight production=100']);
    expect(stableWhileKept).toEqual(champion);
    expect(world.production.stable?.version).toBe('2');
    expect((Date.parse(record.updatedAt) - switchedAt) / 60_000).toBeGreaterThanOrEqual(20);
    expect(record.gates.map(({ gate }) => gate).slice(-3)).toEqual(['approval', 'preview', 'stabilization']);
    expect(record.strategy).toBe('blueGreen');
  });

  it('gives a candidate that fails in the preview no request, and takes it away', async () => {
    world.stepOutcomes.set('preview', () => Promise.resolve(failed('3 answers were wrong')));
    const record = await stage.run(world, () => stage.release());
    expect(record.outcome).toEqual({ kind: 'rolledBack', reason: 'preview: 3 answers were wrong' });
    expect(inProduction().filter((call) => call.startsWith('weight'))).toEqual([]);
    expect(world.production).toMatchObject({ stable: champion, candidate: null });
    expect(record.residue).toEqual([]);
  });

  it('switches back when the new colour fails under users’ requests', async () => {
    world.traffic = { ...world.traffic, candidateErrors: 0.2 };
    const record = await stage.run(world, () => stage.release());
    expect(record.outcome?.kind).toBe('rolledBack');
    expect(inProduction().slice(-2)).toEqual(['restore traffic production', 'restore production']);
    expect(world.production).toMatchObject({ stable: champion, candidate: null, candidateWeight: 0 });
    expect(world.aliases.get('champion')).toBe('1');
  });
});
