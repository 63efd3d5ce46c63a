import { join } from 'node:path';
import { expect, it } from 'vitest';
import { judgeRights } from '../../client/doctor/clusters.ts';
import { refuseOldCluster } from '../../k8s/api/cluster-version.ts';
import { permissionsFor } from '../../k8s/permissions.ts';
import { staleIn } from '../../scripts/generated-files.ts';
import { generatedFiles } from '../../scripts/generate-kubernetes-role.ts';

const place = { context: 'prod', namespace: 'models' };

it('the role and its page are what k8s/permissions.ts says; else: node scripts/generate-kubernetes-role.ts', () => {
  expect(staleIn(join(import.meta.dirname, '../..'), generatedFiles())).toEqual([]);
});

it('asks for the routes of the chosen router alone, and for ServiceMonitors where there are some', () => {
  const resources = (...given: Parameters<typeof permissionsFor>): readonly string[] =>
    permissionsFor(...given).map(({ resource }) => resource);
  expect(resources('istio', false)).toContain('virtualservices');
  expect(resources('istio', false)).not.toContain('httproutes');
  expect(resources('gateway', false)).not.toContain('destinationrules');
  expect(resources('service', true)).toContain('servicemonitors');
  expect(resources('service', false)).not.toContain('servicemonitors');
});

it('names each verb that is missing, and the role that has them', () => {
  const needed = permissionsFor('istio', false);
  const missing = [{ group: 'apps', resource: 'deployments', verbs: ['patch', 'delete'], purpose: '' }];
  const found = judgeRights(needed, missing, place);
  expect(found).toMatchObject({ state: 'problem', said: 'may not patch, delete deployments' });
  expect(found.mend).toContain('kubectl --context prod --namespace models apply -f k8s/deploy/role.yaml');
  expect(judgeRights(needed, [], place).state).toBe('ok');
});

it.each([
  ['v1.29.9', 1, 29, false],
  ['v1.30.0', 1, 30, true],
  ['v1.34.4+k3s1', 1, 34, true],
  ['v2.0.0', 2, 0, true],
])('Kubernetes %s', (name, major, minor, taken) => {
  const judged = (): void => {
    refuseOldCluster({ name, major, minor }, 'prod');
  };
  if (taken) expect(judged).not.toThrow();
  else expect(judged).toThrow(/prod is Kubernetes v1.29.9; 1.30 is the oldest/);
});
