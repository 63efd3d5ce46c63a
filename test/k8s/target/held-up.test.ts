import { expect, test } from 'vitest';
import { boundsOf, heldUp } from '../../../k8s/target/held-up.ts';
import { autoscalerOf, serviceObject } from './lane-objects.ts';

test('an autoscaler without load keeps as many replicas as will be needed, even above its limit', () => {
  expect(boundsOf(heldUp(autoscalerOf('flights', 2), 5))).toEqual({ minReplicas: 5, maxReplicas: 9 });
  expect(boundsOf(heldUp(autoscalerOf('flights', 2), 12))).toEqual({ minReplicas: 12, maxReplicas: 12 });
  expect(heldUp(autoscalerOf('flights', 2), 1)).toEqual(autoscalerOf('flights', 2));
});

test('everything else stays as it is', () => {
  expect(heldUp(serviceObject(), 5)).toEqual(serviceObject());
  expect(boundsOf(serviceObject())).toEqual({});
});
