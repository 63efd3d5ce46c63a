import { expect, it } from 'vitest';
import { judgeReadiness } from '../../../activities/rollout/judge-readiness.ts';
import type { ArmStatus, TargetStatus } from '../../../core/serving.ts';

const statusOf = (arm: Partial<ArmStatus>): TargetStatus => ({
  lane: { model: 'flights', environment: 'staging' },
  arms: [{ track: 'candidate', id: 'flights-v2', version: '2', desired: 2, ready: 1, restarts: 0, ...arm }],
  candidateWeight: 0,
  baseUrl: 'http://flights.test',
});
const question = { armId: 'flights-v2', replicas: 2, restartsBefore: 0 };

it('gives up an arm with a problem that does not mend itself, without waiting', () => {
  const problem = 'image flights:9 does not exist';
  expect(judgeReadiness(statusOf({ problem, hopeless: true }), question)).toEqual({
    kind: 'broken',
    reason: '1 of 2 replicas of flights-v2 are ready: image flights:9 does not exist',
  });
});

it('waits while a problem may mend itself', () => {
  expect(judgeReadiness(statusOf({ problem: 'no node', hopeless: false }), question)).toEqual({
    kind: 'waiting',
    told: '1 of 2 replicas of flights-v2 are ready: no node',
  });
});

it('takes an arm for ready that has enough replicas, whatever ails one more', () => {
  const enough = statusOf({
    desired: 3,
    ready: 2,
    problem: 'image flights:9 does not exist',
    hopeless: true,
  });
  expect(judgeReadiness(enough, question)).toEqual({ kind: 'ready' });
});
