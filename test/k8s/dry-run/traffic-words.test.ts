import { expect, test } from 'vitest';
import { kubernetesEnvironment } from '../../../config/cluster-config.ts';
import type { ArmSpec, Strategy } from '../../../core/serving.ts';
import { trafficWords } from '../../../k8s/dry-run/traffic-words.ts';
import { laneState } from '../../../k8s/target/layout.ts';
import { armOf, deploymentOf, lane, service } from '../target/lane-objects.ts';

const partsOf = (traffic: object) => ({
  environment: kubernetesEnvironment.parse({
    ...{ target: 'kubernetes', namespace: 'ml', baseUrl: 'http://ml.test', prometheus: 'http://p.test' },
    traffic,
  }),
});
const nothing = laneState(lane, service, []);
const stable = laneState(lane, service, [deploymentOf('stable', '1')]);
const blue = laneState(lane, service, [deploymentOf('blue', '1', { track: 'stable' })]);
const next = (strategy: Strategy = 'canary', changes: Partial<ArmSpec> = {}) => ({
  arm: armOf('2', { strategy, ...changes }),
  weights: [5, 50, 100],
});

test('a canary by Istio names its route, its weights and the header', () => {
  const words = trafficWords(partsOf({ kind: 'istio', virtualService: 'users' }), stable, next());
  expect(words[0]).toMatch(/^VirtualService users: the subset candidate gets 5 → 50 → 100 %/);
  expect(words[1]).toMatch(/`canary: true`/);
});

test('one by the Gateway API names the Service of the candidate', () => {
  const [route] = trafficWords(partsOf({ kind: 'gateway' }), stable, next());
  expect(route).toMatch(/^HTTPRoute flights: the backend flights-candidate gets 5 → 50 → 100 %/);
});

test('without a mesh the weights are told as what they come to', () => {
  const words = trafficWords(partsOf({ kind: 'service' }), stable, next('canary', { replicas: 10 }));
  expect(words.at(-1)).toBe(
    'Without a mesh the split is coarse: 5 % is 1 of 11 replicas, 9.1 %; 50 % is 5 of 15 replicas, 33.3 %.',
  );
});

test('a first release shares its traffic with nobody', () => {
  expect(trafficWords(partsOf({ kind: 'istio' }), nothing, next())[0]).toContain('gets 100 %,');
  expect(trafficWords(partsOf({ kind: 'service' }), nothing, next()).join()).not.toContain('coarse');
});

test('colours are switched by the Service, and the old one rests', () => {
  expect(trafficWords(partsOf({ kind: 'service' }), blue, next('blueGreen'))).toEqual([
    'Service flights-preview shows green before it has traffic.',
    'Service flights is switched from blue to green by one patch of its selector; flights-preview then shows blue.',
    'Deployment flights-blue is kept until the old colour’s time is over, and then scaled to 0.',
  ]);
});
