import { expect, test } from 'vitest';
import { deploymentView, readyOfNewest, type DeploymentView } from '../../../k8s/target/deployment.ts';
import { patience } from '../../../k8s/target/patience.ts';
import { deploymentOf } from './lane-objects.ts';

function rollingOut(name: string, updated: number, available: number, replicas = updated): DeploymentView {
  const view = deploymentView(deploymentOf('stable', '2'));
  const { metadata, status } = view;
  return {
    ...view,
    metadata: { ...metadata, name },
    status: { ...status, replicas, updatedReplicas: updated, availableReplicas: available },
  };
}

test('ready replicas of an earlier template do not count as ones of the newest', () => {
  expect(readyOfNewest(rollingOut('a', 1, 2, 3))).toBe(0);
  expect(readyOfNewest(rollingOut('a', 2, 3, 4))).toBe(1);
  expect(readyOfNewest(rollingOut('a', 3, 3))).toBe(3);
});

test('a slow rollout is waited for as long as another replica comes now and then', () => {
  let now = 0;
  const left = patience(600, () => now);
  expect(left(rollingOut('a', 0, 10, 10))).toBe(600);
  now = 500;
  expect(left(rollingOut('a', 3, 10, 13))).toBe(600);
  now = 1000;
  expect(left(rollingOut('a', 3, 10, 13))).toBe(100);
  expect(left(rollingOut('a', 3, 10, 10))).toBe(600);
  now = 1600;
  expect(left(rollingOut('a', 3, 10, 10))).toBe(0);
});

test('one that goes back and forth does not come on', () => {
  let now = 0;
  const left = patience(600, () => now);
  for (; now < 600; now += 100) {
    left(rollingOut('a', 3, 1));
    left(rollingOut('a', 1, 1));
  }
  expect(left(rollingOut('a', 3, 1))).toBeLessThanOrEqual(0);
});

test('each Deployment has progress of its own, and what its controller has not seen yet is none', () => {
  let now = 0;
  const left = patience(600, () => now);
  left(rollingOut('a', 10, 10));
  now = 400;
  const unseen = rollingOut('b', 10, 10);
  expect(left({ ...unseen, status: { ...unseen.status, observedGeneration: 0 } })).toBe(200);
  expect(left(rollingOut('b', 1, 10, 11))).toBe(600);
});
