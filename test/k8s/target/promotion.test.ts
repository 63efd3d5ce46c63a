import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { laneState } from '../../../k8s/target/layout.ts';
import { nextPromotionStep } from '../../../k8s/target/promotion.ts';
import { armOf, deploymentOf, lane, service } from './lane-objects.ts';

type Deployment = ReturnType<typeof deploymentOf>;
const next = (weight: number, ...deployments: Deployment[]) =>
  nextPromotionStep(laneState(lane, service, deployments), weight, armOf('2').id);

describe('tracks', () => {
  const candidate = deploymentOf('candidate', '2');

  test.each([
    ['all traffic first', 40, [deploymentOf('stable', '1'), candidate], { kind: 'giveCandidateAll' }],
    [
      'no traffic to a candidate that serves nobody',
      40,
      [deploymentOf('stable', '1'), deploymentOf('candidate', '2', { ready: 0 })],
      { kind: 'awaitCandidate' },
    ],
    [
      'the stable track takes the arm',
      100,
      [deploymentOf('stable', '1'), candidate],
      { kind: 'writeStable', replicas: 2 },
    ],
    ['a first release makes the stable track', 100, [candidate], { kind: 'writeStable', replicas: 2 }],
    [
      'as many replicas as the candidate has',
      100,
      [deploymentOf('stable', '2', { replicas: 1 }), candidate],
      { kind: 'scaleStable', replicas: 2 },
    ],
    [
      'not before all of them are ready',
      100,
      [deploymentOf('stable', '2', { ready: 1 }), candidate],
      { kind: 'awaitStable' },
    ],
    [
      'nor while one of the old template is left',
      100,
      [deploymentOf('stable', '2', { old: 1 }), candidate],
      { kind: 'awaitStable' },
    ],
    ['then the traffic returns', 100, [deploymentOf('stable', '2'), candidate], { kind: 'returnTraffic' }],
    ['then the candidate goes', 0, [deploymentOf('stable', '2'), candidate], { kind: 'removeCandidate' }],
    ['then only what nobody uses is left', 0, [deploymentOf('stable', '2')], { kind: 'done' }],
  ] as const)('%s', (_name, weight, deployments, step) => {
    expect(next(weight, ...deployments)).toEqual(step);
  });

  test('a candidate of others is not promoted', () => {
    expect(() => next(100, deploymentOf('stable', '1'), deploymentOf('candidate', '3'))).toThrow(
      'production has the candidate flights-v3: flights-v2 cannot be promoted.',
    );
  });

  test('what is neither stable nor candidate is not promoted', () => {
    expect(() => next(0, deploymentOf('stable', '1'))).toThrow('production has no candidate');
  });
});

describe('colours', () => {
  const blue = deploymentOf('blue', '1', { track: 'stable' });
  const green = deploymentOf('green', '2', { track: 'candidate' });

  test.each([
    ['the switch first', 0, [blue, green], { kind: 'giveCandidateAll' }],
    ['then the old one is retired', 100, [blue, green], { kind: 'retireOld' }],
    [
      'then the new one is named',
      100,
      [deploymentOf('blue', '1', { replicas: 0 }), green],
      { kind: 'nameStable' },
    ],
    [
      'then all is done',
      0,
      [deploymentOf('blue', '1', { replicas: 0 }), deploymentOf('green', '2', { track: 'stable' })],
      { kind: 'done' },
    ],
  ] as const)('%s', (_name, weight, deployments, step) => {
    expect(next(weight, ...deployments)).toEqual(step);
  });
});

test('whatever state it is called in, users have a ready arm: traffic never goes to a track that is not whole', () => {
  const track = fc.record({
    version: fc.constantFrom('1', '2'),
    replicas: fc.integer({ min: 1, max: 4 }),
    missing: fc.integer({ min: 0, max: 2 }),
    old: fc.integer({ min: 0, max: 2 }),
  });
  fc.assert(
    fc.property(fc.option(track), track, fc.constantFrom(0, 20, 100), (stable, candidate, weight) => {
      const given = (slot: 'stable' | 'candidate', { version, replicas, missing, old }: typeof candidate) =>
        deploymentOf(slot, version, { replicas, old, ready: Math.max(0, replicas - missing) });
      const there = [
        ...(stable === null ? [] : [given('stable', stable)]),
        given('candidate', { ...candidate, version: '2' }),
      ];
      const { kind } = next(weight, ...there);
      const isReady = (arm: typeof candidate): boolean => arm.replicas > arm.missing;
      if (kind === 'writeStable') expect([weight, isReady(candidate)]).toEqual([100, true]);
      if (kind === 'giveCandidateAll') expect(isReady(candidate)).toBe(true);
      if (kind === 'returnTraffic') expect(stable).toMatchObject({ version: '2', missing: 0, old: 0 });
      if (kind === 'removeCandidate')
        expect([weight, stable?.version, stable !== null && isReady(stable)]).toEqual([0, '2', true]);
    }),
  );
});
