import { describe, expect, test } from 'vitest';
import type { Labels, Manifest } from '../../../k8s/api/cluster.ts';
import { keys, laneLabels, slotSelector } from '../../../k8s/names.ts';
import { isManagedHere, refuseOfOthers } from '../../../k8s/of-lane.ts';
import { aroundPlan } from '../../../k8s/target/around.ts';
import { armOf, autoscalerOf, deploymentOf, lane, service } from './lane-objects.ts';

const made = { ...laneLabels(lane), 'app.kubernetes.io/managed-by': 'longhaul' };
const labelled = (object: Manifest, name: string, labels: Labels): Manifest => ({
  ...object,
  metadata: { ...object.metadata, name, labels },
});
const scaler = (name: string, labels: Labels): Manifest => labelled(autoscalerOf(service), name, labels);
const budget = (
  name: string,
  labels: Labels,
  matchLabels: Labels = slotSelector(service, 'stable'),
): Manifest => ({
  ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name, labels } },
  spec: { minAvailable: 2, selector: { matchLabels } },
});
const deployment = deploymentOf('stable', '2');
const adoptedDeployment: Manifest = {
  ...deploymentOf('stable', '1'),
  spec: { replicas: 4, selector: { matchLabels: { team: 'ours' } }, template: {} },
};
const names = (objects: readonly Manifest[]): readonly string[] =>
  objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
const planOf = (around: readonly Manifest[], found: readonly Manifest[], live: Manifest | null = null) => {
  const { put, remove, isScaled } = aroundPlan(lane, { deployment, around }, live, found);
  return { put: names(put), remove: names(remove), isScaled };
};

describe('what stands around a Deployment when an arm is written', () => {
  test('Longhaul’s of an earlier arm go, and those of the new one come', () => {
    const found = [scaler('flights', made), budget('flights', made)];
    expect(planOf([budget('flights', made)], found)).toEqual({
      put: ['PodDisruptionBudget flights'],
      remove: ['HorizontalPodAutoscaler flights'],
      isScaled: false,
    });
  });

  test.each([
    ['adopted', laneLabels(lane)],
    ['of others', { team: 'ours' }],
  ])('an autoscaler and a budget that are %s stay, and its replicas are the autoscaler’s', (_, labels) => {
    const found = [scaler('theirs', labels), budget('keep', labels, { team: 'ours' })];
    expect(planOf([budget('flights', made)], found, adoptedDeployment)).toEqual({
      put: [],
      remove: [],
      isScaled: true,
    });
  });

  test('an adopted autoscaler gives way to the one that the project asks for, under whatever name', () => {
    const wanted = scaler('flights', made);
    expect(planOf([wanted], [scaler('theirs', laneLabels(lane))])).toEqual({
      put: ['HorizontalPodAutoscaler flights'],
      remove: ['HorizontalPodAutoscaler theirs'],
      isScaled: true,
    });
    expect(planOf([wanted], [scaler('flights', laneLabels(lane))]).remove).toEqual([]);
  });

  test('beside an autoscaler of others a second one is refused, by name and with the way on', () => {
    expect(() => planOf([scaler('flights', made)], [scaler('theirs', {})])).toThrow(
      /HorizontalPodAutoscaler theirs in production is about the Deployment flights already.*deployment\.autoscaling/,
    );
  });

  test('own manifests ask for their budget, too', () => {
    const arm = armOf('2', {
      deployment: { resources: {}, maxUnavailable: 1, preStopSeconds: 1, manifests: 'k8s' },
    });
    const own = {
      ...deployment,
      metadata: { ...deployment.metadata, annotations: { [keys.spec]: JSON.stringify(arm) } },
    };
    const around = [budget('flights', made)];
    const plan = aroundPlan(lane, { deployment: own, around }, null, [budget('keep', laneLabels(lane))]);
    expect([names(plan.put), names(plan.remove)]).toEqual([
      ['PodDisruptionBudget flights'],
      ['PodDisruptionBudget keep'],
    ]);
  });

  test('those of other Deployments are nobody’s business here', () => {
    const other = labelled(autoscalerOf('other'), 'other', {});
    expect(planOf([], [other, budget('all', {}, {}), budget('others', {}, { app: 'other' })])).toEqual({
      put: [],
      remove: [],
      isScaled: false,
    });
  });
});

test('a release writes over what is the lane’s, and names what is not', () => {
  expect(() => {
    refuseOfOthers(scaler('flights', laneLabels(lane)), lane);
  }).not.toThrow();
  for (const labels of [
    {},
    { 'app.kubernetes.io/managed-by': 'Helm' },
    laneLabels({ ...lane, model: 'other' }),
  ])
    expect(() => {
      refuseOfOthers(scaler('flights', labels), lane);
    }).toThrow('HorizontalPodAutoscaler flights in production was not made by Longhaul for this model');
  expect(isManagedHere(scaler('flights', made))).toBe(true);
});
