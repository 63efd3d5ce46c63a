import { expect, test } from 'vitest';
import type { Manifest } from '../../../k8s/api/cluster.ts';
import { objectChange } from '../../../k8s/dry-run/object-change.ts';

const deployment = (image: string, others: object = {}): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'churn', ...others },
  spec: { replicas: 2, template: { spec: { containers: [{ name: 'server', image }] } } },
});

const secret = (values: Readonly<Record<string, string>>): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    name: 'keys',
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ data: values }),
    },
  },
  data: values,
});

test('what differs is a diff of YAML', () => {
  const change = objectChange({ before: deployment('churn:1'), after: deployment('churn:2') });
  expect(change).toMatchObject({ kind: 'Deployment', name: 'churn', change: 'changed' });
  expect(change.diff.filter((line) => /^[-+]/.test(line))).toEqual([
    '-        - image: churn:1',
    '+        - image: churn:2',
  ]);
});

test('what servers write is no difference', () => {
  const before = deployment('churn:1', { resourceVersion: '7', generation: 1, uid: 'a' });
  const after = {
    ...deployment('churn:1', { resourceVersion: '9', generation: 2 }),
    status: { replicas: 2 },
  };
  expect(objectChange({ before, after })).toMatchObject({ change: 'unchanged', diff: [] });
});

test('an object that comes or goes is all of it', () => {
  const object = deployment('churn:1');
  const created = objectChange({ before: null, after: object });
  const removed = objectChange({ before: object, after: null });
  expect([created.change, removed.change]).toEqual(['created', 'removed']);
  expect(created.diff.slice(1).every((line) => line.startsWith('+'))).toBe(true);
  expect(removed.diff.slice(1).every((line) => line.startsWith('-'))).toBe(true);
  expect(removed.diff.length).toBe(created.diff.length);
});

test('values of a Secret are never shown, and those that differ say so', () => {
  const before = secret({ same: 'AAAA', other: 'BBBB', gone: 'CCCC' });
  const { change, diff } = objectChange({
    before,
    after: secret({ same: 'AAAA', other: 'DDDD', new: 'EEEE' }),
  });
  expect(change).toBe('changed');
  expect(diff.filter((line) => /^[-+ ] {2}\w/.test(line)).toSorted()).toEqual(
    [
      '-  gone: "***"',
      '+  new: "***"',
      '-  other: "*** (before)"',
      '+  other: "*** (after)"',
      '   same: "***"',
    ].toSorted(),
  );
  expect(diff.join('\n')).not.toMatch(/AAAA|BBBB|CCCC|DDDD|EEEE/);
});

test('the whole arm in an annotation is named by its id', () => {
  const annotations = { 'longhaul.dev/arm-spec': JSON.stringify({ id: 'churn-v3-0a1b2c3d', serve: {} }) };
  const { diff } = objectChange({ before: null, after: deployment('churn:1', { annotations }) });
  expect(diff).toContain('+    longhaul.dev/arm-spec: … of churn-v3-0a1b2c3d');
});
