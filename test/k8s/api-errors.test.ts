import { describe, expect, it } from 'vitest';
import { errorOf, errorWithoutAnswer } from '../../k8s/api/api-errors.ts';
import type { Asked } from '../../k8s/api/api-errors.ts';

const where = { context: 'prod', server: 'https://10.0.0.1:6443' };
const patch: Asked = {
  ...{ verb: 'patch', resource: 'deployments', group: 'apps' },
  ...{ name: 'flight', namespace: 'models' },
};

describe('errorOf', () => {
  it('names the rule that is missing', () => {
    const message =
      'deployments.apps "flight" is forbidden: User "system:serviceaccount:models:longhaul" cannot patch resource "deployments" in API group "apps" in the namespace "models"';
    const error = errorOf(403, { message, reason: 'Forbidden' }, patch, where);
    expect(error.type).toBe('NotPermitted');
    expect(error.said).toContain('patch deployments flight in models');
    expect(error.mend).toContain(
      'Role of this account: { apiGroups: ["apps"], resources: ["deployments"], verbs: ["patch"] }',
    );
  });

  it.each([
    [
      'a quota',
      'pods "flight" is forbidden: exceeded quota: small, requested: cpu=1, used: cpu=2, limited: cpu=2',
    ],
    ['an admission webhook', 'admission webhook "policy.example.org" denied the request: no'],
    [
      'a namespace that ends',
      'configmaps "a" is forbidden: unable to create new content in namespace models because it is being terminated',
    ],
  ])('does not ask for rights where %s refuses', (_what, message) => {
    const error = errorOf(403, { message }, patch, where);
    expect(error.type).toBe('Rejected');
    expect(error.message).toContain(message);
  });

  it('tells how to renew credentials that are not taken', () => {
    const error = errorOf(401, { message: 'Unauthorized' }, patch, where);
    expect(error.type).toBe('NotPermitted');
    expect(error.message).toMatch(/context “prod”.*Renew them/);
  });

  it('tells of a namespace that is not there', () => {
    const error = errorOf(404, { message: 'namespaces "models" not found' }, patch, where);
    expect(error.type).toBe('NotFound');
    expect(error.mend).toContain('create namespace models');
  });

  it.each([408, 429, 500, 502, 503, 504])('lets a passing fault (%i) be tried again', (status) => {
    const error = errorOf(status, {}, patch, where);
    expect(error.type).toBe('Unreachable');
    expect(error.message).toContain('https://10.0.0.1:6443');
  });

  it('does not repeat an apply with a field that the kind does not have', () => {
    const message =
      'failed to create typed patch object (/d; /v1, Kind=ConfigMap): .spec: field not declared in schema';
    expect(errorOf(500, { message }, patch, where).type).toBe('Rejected');
  });

  it('takes a failed test of a patch for another write, and an invalid object for itself', () => {
    const tested: Asked = { ...patch, operations: [{ op: 'test', path: '/spec/replicas', value: 1 }] };
    const generic = {
      message: 'the server rejected our request due to an error in our request',
      reason: 'Invalid',
    };
    const invalid = {
      message: 'Deployment.apps "flight" is invalid: spec.replicas: Invalid value: -1',
      reason: 'Invalid',
    };
    expect(errorOf(422, generic, tested, where).type).toBe('Conflict');
    expect(errorOf(422, generic, patch, where).type).toBe('Rejected');
    expect(errorOf(422, invalid, tested, where)).toMatchObject({
      type: 'Rejected',
      said: expect.stringContaining('spec.replicas: Invalid value: -1') as string,
    });
  });
});

describe('errorWithoutAnswer', () => {
  it('tells the server that cannot be reached', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const error = errorWithoutAnswer(refused, patch, where);
    expect(error.type).toBe('Unreachable');
    expect(error.said).toBe(
      'The API server of prod (https://10.0.0.1:6443) could not patch deployments flight in models: ECONNREFUSED.',
    );
  });

  it('does not wait for a certificate that does not fit', () => {
    const unknown = Object.assign(new Error('self-signed certificate in certificate chain'), {
      code: 'SELF_SIGNED_CERT_IN_CHAIN',
    });
    expect(errorWithoutAnswer(unknown, patch, where)).toMatchObject({
      type: 'InvalidConfig',
      mend: expect.stringContaining('certificate-authority-data') as string,
    });
  });
});
