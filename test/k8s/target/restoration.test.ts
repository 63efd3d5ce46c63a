import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Manifest, ObjectRef } from '../../../k8s/api/cluster.ts';
import { keyOf, withoutServerFields, writtenOver } from '../../../k8s/target/comparable.ts';
import { differences, overwritten, restorationPlan } from '../../../k8s/target/restoration.ts';
import { documentOf } from '../../../k8s/target/snapshot.ts';
import { unusedConfigs } from '../../../k8s/target/unused-configs.ts';
import { autoscalerOf, configOf, deploymentOf, serviceObject } from './lane-objects.ts';

const before = [
  deploymentOf('stable', '1', { config: 'flights-config-a' }),
  configOf('flights-config-a', { A: '1' }),
  serviceObject(),
];
const names = (refs: readonly (ObjectRef | Manifest)[]): readonly string[] =>
  refs.map((ref) => `${ref.kind} ${'metadata' in ref ? ref.metadata.name : ref.name}`);

test('a candidate, its autoscaler and its config go, the autoscaler first and the config last', () => {
  const now = [
    ...before,
    configOf('flights-config-b'),
    deploymentOf('candidate', '2'),
    autoscalerOf('flights-candidate'),
  ];
  const plan = restorationPlan(before, now);
  expect(names(plan.release)).toEqual(['HorizontalPodAutoscaler flights-candidate']);
  expect(names(plan.put)).toEqual([]);
  expect(names(plan.remove)).toEqual(['Deployment flights-candidate', 'ConfigMap flights-config-b']);
});

test('another template and a config that was cleaned away come back, the config first', () => {
  const now = [deploymentOf('stable', '2', { config: 'flights-config-b' }), serviceObject()];
  expect(names(restorationPlan(before, now).put)).toEqual([
    'ConfigMap flights-config-a',
    'Deployment flights',
  ]);
});

test('replicas of a Deployment that an autoscaler counts are left to it', () => {
  const scaled = [...before, autoscalerOf('flights')];
  const now = [
    deploymentOf('stable', '1', { config: 'flights-config-a', replicas: 7 }),
    ...before.slice(1),
    autoscalerOf('flights'),
  ];
  expect(restorationPlan(scaled, now)).toEqual({ release: [], put: [], remove: [] });
  expect(documentOf(scaled)).toBe(documentOf(now));
});

test('replicas count where no autoscaler does, even when one was added meanwhile', () => {
  const now = [
    deploymentOf('stable', '1', { config: 'flights-config-a', replicas: 7 }),
    ...before.slice(1),
    autoscalerOf('flights'),
  ];
  const plan = restorationPlan(before, now);
  expect([names(plan.release), names(plan.put)]).toEqual([
    ['HorizontalPodAutoscaler flights'],
    ['Deployment flights'],
  ]);
});

test('what is not as before is told by its path', () => {
  const now = [
    deploymentOf('stable', '1', { config: 'flights-config-b' }),
    serviceObject({ app: 'other' }),
    deploymentOf('candidate', '2'),
  ];
  expect(differences(before, now)).toEqual([
    'ConfigMap flights-config-a is gone',
    'Deployment flights differs in spec.template.spec.containers[0].envFrom[0].configMapRef.name',
    'Deployment flights-candidate is still there',
    'Service flights differs in spec.selector.app',
  ]);
});

test('what is written over an object keeps its version, its address, and an autoscaler’s replicas', () => {
  const live = serviceObject({ app: 'other' });
  const metadata = { ...live.metadata, uid: 'u', resourceVersion: '12' };
  const written = writtenOver(withoutServerFields(serviceObject()), { ...live, metadata });
  expect(written).toMatchObject({
    metadata: { uid: 'u', resourceVersion: '12' },
    spec: { clusterIP: '10.0.0.9', selector: { app: 'flights' } },
  });
  const scaled = { ...withoutServerFields(deploymentOf('stable', '1')), spec: { selector: {} } };
  expect(writtenOver(scaled, deploymentOf('stable', '2', { replicas: 7 })).spec).toEqual({
    selector: {},
    replicas: 7,
  });
});

test('config that a Deployment or a kept ReplicaSet refers to stays', () => {
  const replicaSet = { ...deploymentOf('stable', '1', { config: 'flights-config-a' }), kind: 'ReplicaSet' };
  const configs = ['a', 'b', 'c'].map((name) => configOf(`flights-config-${name}`));
  const unused = unusedConfigs(configs, [
    deploymentOf('stable', '2', { config: 'flights-config-b' }),
    replicaSet,
  ]);
  expect(names(unused)).toEqual(['ConfigMap flights-config-c']);
});

/** A cluster's memory: what writing a plan's objects makes of the objects. */
function carriedOut(plan: ReturnType<typeof restorationPlan>, now: readonly Manifest[]): readonly Manifest[] {
  const gone = new Set([...plan.release, ...plan.remove].map(({ kind, name }) => `${kind} ${name}`));
  const left = new Map(
    now
      .filter(({ kind, metadata }) => !gone.has(`${kind} ${metadata.name}`))
      .map((object) => [keyOf(object), object]),
  );
  for (const object of plan.put) {
    const live = left.get(keyOf(object));
    left.set(keyOf(object), live === undefined ? object : writtenOver(object, live));
  }
  return [...left.values()];
}

const laneObjects = fc
  .record({
    stable: fc.option(
      fc.record({ version: fc.constantFrom('1', '2'), replicas: fc.integer({ min: 0, max: 5 }) }),
    ),
    candidate: fc.option(fc.constantFrom('2', '3')),
    configs: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
    autoscalers: fc.uniqueArray(fc.constantFrom('flights', 'flights-candidate')),
    selected: fc.option(fc.constantFrom('flights', 'other')),
  })
  .map(({ stable, candidate, configs, autoscalers, selected }) => [
    ...(stable === null ? [] : [deploymentOf('stable', stable.version, { replicas: stable.replicas })]),
    ...(candidate === null ? [] : [deploymentOf('candidate', candidate)]),
    ...configs.map((name) => configOf(name)),
    ...autoscalers.map((name) => autoscalerOf(name)),
    ...(selected === null ? [] : [serviceObject({ app: selected })]),
  ]);

test('restored once, nothing differs and a second restore has nothing to do', () => {
  fc.assert(
    fc.property(laneObjects, laneObjects, (then, now) => {
      const restored = carriedOut(restorationPlan(then, now), now);
      expect(differences(then, restored)).toEqual([]);
      expect(restorationPlan(then, restored)).toEqual({ release: [], put: [], remove: [] });
    }),
  );
});

test('the document of a state does not depend on the order in which it is read', () => {
  fc.assert(
    fc.property(
      laneObjects.chain((objects) =>
        fc.tuple(fc.constant(objects), fc.shuffledSubarray(objects, { minLength: objects.length })),
      ),
      ([objects, shuffled]) => {
        expect(documentOf(shuffled)).toBe(documentOf(objects));
      },
    ),
  );
});

const at = (time: string, manager: string, fieldsV1: object) => ({ manager, time, fieldsV1 });
/** As it is now, with who wrote which field last. */
const written = (object: Manifest, ...managedFields: readonly object[]): Manifest => ({
  ...object,
  metadata: { ...object.metadata, managedFields },
});

test('what others have changed since is told, with who, and what it was', () => {
  const raised = written(
    deploymentOf('stable', '2', { config: 'flights-config-a', replicas: 4 }),
    at('2026-01-01T10:00:00Z', 'longhaul', { 'f:spec': { 'f:replicas': {}, 'f:template': {} } }),
    at('2026-01-01T11:00:00Z', 'kubectl', { 'f:spec': { 'f:replicas': {} } }),
  );
  expect(overwritten(before, [raised, ...before.slice(1)])).toEqual([
    'Deployment flights: spec.replicas is 2 again, and was 4, written by kubectl at 2026-01-01T11:00:00Z',
  ]);
  expect(overwritten(before, before)).toEqual([]);
});

test('annotations, labels and finalizers of others stay, and are no difference', () => {
  const then = serviceObject();
  const live = written(
    {
      ...then,
      metadata: {
        ...then.metadata,
        labels: { ...then.metadata.labels, team: 'ours' },
        annotations: { 'cloud/neg': 'x', 'longhaul.dev/candidate-weight': '{}' },
        finalizers: ['cloud/cleanup'],
      },
    },
    at('2026-01-01T11:00:00Z', 'cloud', {
      'f:metadata': { 'f:labels': { 'f:team': {} }, 'f:annotations': { 'f:cloud/neg': {} } },
    }),
  );
  const [put] = restorationPlan([then], [live]).put;
  expect(put?.metadata).toEqual({
    name: 'flights',
    labels: { ...then.metadata.labels, team: 'ours' },
    annotations: { 'cloud/neg': 'x' },
    finalizers: ['cloud/cleanup'],
  });
  expect(differences([then], [live])).toEqual([
    'Service flights differs in metadata.annotations.longhaul.dev/candidate-weight',
  ]);
});

test('an autoscaler of others is neither put back nor taken away, and its Deployment’s replicas are its own', () => {
  const { labels: _, ...metadata } = autoscalerOf('flights').metadata;
  const theirs = { ...autoscalerOf('flights'), metadata };
  const more = deploymentOf('stable', '1', { config: 'flights-config-a', replicas: 40 });
  const nothing = { release: [], put: [], remove: [] };
  expect(restorationPlan([...before, theirs], [more, ...before.slice(1)])).toEqual(nothing);
  expect(restorationPlan(before, [...before, theirs])).toEqual(nothing);
});
