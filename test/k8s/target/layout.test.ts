import { expect, test } from 'vitest';
import { candidateSlot, laneState } from '../../../k8s/target/layout.ts';
import { deploymentOf, lane, service } from './lane-objects.ts';

const stateOf = (...deployments: ReturnType<typeof deploymentOf>[]) => laneState(lane, service, deployments);

test('nothing there has no layout, and a first candidate comes beside or blue', () => {
  const empty = stateOf();
  expect(empty).toMatchObject({ layout: null, stable: null, candidate: null });
  expect([candidateSlot(empty, 'track'), candidateSlot(empty, 'colour')]).toEqual(['candidate', 'blue']);
});

test('names tell the tracks, and replicas are those of the Deployments', () => {
  const state = stateOf(
    deploymentOf('candidate', '2', { replicas: 1 }),
    deploymentOf('stable', '1', { replicas: 5 }),
  );
  expect(state).toMatchObject({
    layout: 'track',
    stable: { slot: 'stable', arm: { version: '1', replicas: 5 } },
    candidate: { slot: 'candidate', arm: { version: '2', replicas: 1 } },
  });
});

test('a label tells the colours; the one without it is the place of the next candidate', () => {
  const state = stateOf(
    deploymentOf('blue', '1', { replicas: 0 }),
    deploymentOf('green', '2', { track: 'stable' }),
  );
  expect(state).toMatchObject({ layout: 'colour', stable: { slot: 'green' }, candidate: null });
  expect(candidateSlot(state, 'colour')).toBe('blue');
});

test('a Deployment that others have made is refused, with what to do', () => {
  const { annotations: _, ...metadata } = deploymentOf('stable', '1').metadata;
  expect(() => stateOf({ ...deploymentOf('stable', '1'), metadata })).toThrow(
    /flights in production was not made by Longhaul.*longhaul deploy adopt production/,
  );
});

test('an annotation that is no arm is as good as none', () => {
  const deployment = deploymentOf('stable', '1');
  const metadata = { ...deployment.metadata, annotations: { 'longhaul.dev/arm-spec': '{"id":"x"}' } };
  expect(() => stateOf({ ...deployment, metadata })).toThrow('deploy adopt');
});

test('tracks beside colours are told by name', () => {
  expect(() => stateOf(deploymentOf('stable', '1'), deploymentOf('green', '2'))).toThrow(
    /Deployments of a canary and of colours: flights, flights-green/,
  );
});

test('two stable colours are told, not chosen from', () => {
  const both = [
    deploymentOf('blue', '1', { track: 'stable' }),
    deploymentOf('green', '2', { track: 'stable' }),
  ];
  expect(() => stateOf(...both)).toThrow('Both colours of production say that they are stable.');
});

test('a Deployment of another lane is refused: two environments may be one place by other words', () => {
  const staging = { ...lane, environment: 'staging' };
  expect(() => laneState(staging, service, [deploymentOf('stable', '1')])).toThrow(
    /flights serves flights in production, not flights in staging.*service. of its own/,
  );
});
