import { expect, test } from 'vitest';
import { adoptionRisks } from '../../../k8s/target/adoption-risks.ts';

const careful = {
  readinessProbe: { httpGet: { path: '/', port: 80 } },
  lifecycle: { preStop: { sleep: { seconds: 5 } } },
};
const rolling = { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } };
const risksOf = (container: object, strategy: object): readonly string[] =>
  adoptionRisks({
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'churn' } },
    spec: {
      strategy,
      template: { spec: { containers: [{ name: 'proxy' }, { name: 'server', ...container }] } },
    },
  });

test('a Deployment that replaces pods one by one, when they are ready, loses nothing', () => {
  expect(risksOf(careful, rolling)).toEqual([]);
});

test('what may lose requests is named', () => {
  expect(risksOf(careful, { type: 'Recreate' })).toEqual([expect.stringContaining('strategy Recreate')]);
  expect(
    risksOf(careful, { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }),
  ).toEqual([expect.stringContaining('maxSurge 0')]);
  expect(risksOf({ lifecycle: careful.lifecycle }, rolling)).toEqual([
    expect.stringContaining('no readiness probe'),
  ]);
  expect(risksOf({ readinessProbe: careful.readinessProbe }, rolling)).toEqual([
    expect.stringContaining('no preStop'),
  ]);
});
