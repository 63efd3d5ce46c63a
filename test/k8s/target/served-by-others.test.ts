import { expect, test } from 'vitest';
import { keys } from '../../../k8s/names.ts';
import { isOfNoSlot, servedByOthers } from '../../../k8s/target/served-by-others.ts';
import { lane } from './lane-objects.ts';

const podOf = (labels: Readonly<Record<string, string>>) => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'flights-1', labels } },
});

test('pods with the label of a track or a colour are arms, all others are not', () => {
  expect(isOfNoSlot(podOf({ app: 'flights', [keys.track]: 'candidate' }))).toBe(false);
  expect(isOfNoSlot(podOf({ app: 'flights', [keys.colour]: 'blue' }))).toBe(false);
  expect(isOfNoSlot(podOf({ app: 'flights' }))).toBe(true);
});

test('who serves is named, and both ways on, where its name is not that of the Service', () => {
  const { message } = servedByOthers(lane, 'flights', 2, ['Deployment flights-server']);
  expect(message).toContain(
    'Service flights in production sends users to 2 ready pods of Deployment flights-server',
  );
  expect(message).toContain('longhaul deploy adopt production');
  expect(message).toContain('`service` of production in longhaul.server.yaml');
});

test('a Deployment of the Service’s name is adopted as it is', () => {
  const { mend } = servedByOthers(lane, 'flights', 1, ['Deployment flights']);
  expect(mend).toMatch(/^Let `longhaul deploy adopt production --model-version N` take it over/);
});
