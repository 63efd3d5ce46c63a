import { expect, test } from 'vitest';
import type { Manifest } from '../../../k8s/api/cluster.ts';
import { keys } from '../../../k8s/names.ts';
import { adoptionOf, templateLabels, type MadeByOthers } from '../../../k8s/target/adoption.ts';
import { armOf, lane, service } from './lane-objects.ts';

const byHand: Manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: service, resourceVersion: '4' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { 'app.kubernetes.io/name': 'their-model' } },
    template: {
      metadata: { labels: { 'app.kubernetes.io/name': 'their-model' } },
      spec: { containers: [{ name: 'web', image: 'theirs:1' }] },
    },
  },
};
const serviceOf = (
  selector: Readonly<Record<string, string>>,
  targetPort: string | number = 'http',
): Manifest => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: service },
  spec: { selector, ports: [{ port: 80, targetPort }] },
});
const found = (changes: Partial<MadeByOthers> = {}): MadeByOthers => ({
  ...{ lane, service, deployment: byHand, around: [] },
  serviceObject: serviceOf({ 'app.kubernetes.io/name': 'their-model' }),
  ...changes,
});

test('pods get the labels of the stable track; selector, containers and replicas stay', () => {
  const adopted = adoptionOf(found(), armOf('1'));
  expect(adopted?.deployment).toMatchObject({
    metadata: { resourceVersion: '4', annotations: { [keys.spec]: JSON.stringify(armOf('1')) } },
    spec: {
      replicas: 3,
      selector: { matchLabels: { 'app.kubernetes.io/name': 'their-model' } },
      template: {
        metadata: {
          labels: { app: service, [keys.track]: 'stable', 'app.kubernetes.io/name': 'their-model' },
        },
        spec: { containers: [{ name: 'web', image: 'theirs:1' }] },
      },
    },
  });
});

test('a Service that would not reach a candidate is widened, and people are told of all of it', () => {
  const adopted = adoptionOf(found(), armOf('1'));
  expect(adopted?.serviceObject?.spec).toMatchObject({ selector: { app: service } });
  expect(adopted?.changes).toEqual([
    expect.stringMatching(
      /^Deployment flights gets the annotation .*: version 1 of flights, at commit c0ffee/,
    ),
    expect.stringMatching(/^its pods get the labels .*longhaul.dev\/track=stable.*started anew, once/),
    'then Service flights selects app=flights instead of app.kubernetes.io/name=their-model, so that a candidate is reached too',
  ]);
});

test('what was adopted half is adopted to the end, and then left alone', () => {
  const half = adoptionOf(found(), armOf('1'));
  if (half === null || half.serviceObject === null) throw new Error('There is nothing to adopt.');
  const rest = adoptionOf(found({ deployment: half.deployment }), armOf('1'));
  expect(rest?.deployment).toEqual(half.deployment);
  const whole = found({ deployment: half.deployment, serviceObject: half.serviceObject });
  expect(adoptionOf(whole, armOf('1'))).toBeNull();
});

test('what Longhaul has released is not given another version', () => {
  const adopted = adoptionOf(found(), armOf('1'));
  const deployment = adopted?.deployment ?? byHand;
  expect(() => adoptionOf(found({ deployment }), armOf('2'))).toThrow('it serves version 1');
});

test('a Service whose port the next server does not listen on is refused', () => {
  const serviceObject = serviceOf({ app: service }, 9000);
  expect(() => adoptionOf(found({ serviceObject }), armOf('1'))).toThrow(
    'Service flights sends to port 9000, and the server of the next release listens on 8000.',
  );
});

test('pods of another app cannot become those of the lane', () => {
  const template = { metadata: { labels: { app: 'other' } } };
  const deployment = { ...byHand, spec: { selector: { matchLabels: { app: 'other' } }, template } };
  expect(templateLabels(deployment)).toEqual({ app: 'other' });
  expect(() => adoptionOf(found({ deployment }), armOf('1'))).toThrow('`service: other` of production');
});

test('a blue-green lane is not adopted', () => {
  expect(() => adoptionOf(found(), armOf('1', { strategy: 'blueGreen' }))).toThrow('cannot be adopted');
});
