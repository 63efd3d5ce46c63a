import { expect, test } from 'vitest';
import type { Manifest } from '../../../k8s/api/cluster.ts';
import { applyOperations } from '../../../k8s/dry-run/apply-operations.ts';

const service: Manifest = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'churn', resourceVersion: '7', annotations: { 'a.b/c': 'old' } },
  spec: { selector: { app: 'churn' }, ports: [{ port: 80 }, { port: 90 }] },
};

test('fields are added, replaced and taken away, by paths with escaped slashes too', () => {
  const done = applyOperations(service, [
    { op: 'test', path: '/spec/selector', value: { app: 'churn' } },
    { op: 'replace', path: '/spec/selector', value: { app: 'churn', track: 'stable' } },
    { op: 'add', path: '/metadata/annotations/d.e~1f', value: 'new' },
    { op: 'remove', path: '/metadata/annotations/a.b~1c' },
  ]);
  expect(done['spec']).toEqual({
    ...(service['spec'] as object),
    selector: { app: 'churn', track: 'stable' },
  });
  expect(done.metadata.annotations).toEqual({ 'd.e/f': 'new' });
});

test('lists are changed by index, and lengthened at their end', () => {
  const done = applyOperations(service, [
    { op: 'replace', path: '/spec/ports/1/port', value: 91 },
    { op: 'add', path: '/spec/ports/-', value: { port: 100 } },
    { op: 'remove', path: '/spec/ports/0' },
  ]);
  expect(done['spec']).toMatchObject({ ports: [{ port: 91 }, { port: 100 }] });
});

test('a test that fails is a conflict, as the API server has it', () => {
  expect(() =>
    applyOperations(service, [{ op: 'test', path: '/metadata/resourceVersion', value: '8' }]),
  ).toThrow(/Another write came first/);
});
