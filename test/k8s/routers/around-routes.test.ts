import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../../k8s/api/cluster.ts';
import { acceptanceOf } from '../../../k8s/routers/gateway/accepted.ts';
import { restoredSubsets, withSubsets } from '../../../k8s/routers/istio/destination-rule.ts';
import { splitsInMesh } from '../../../k8s/routers/istio/direct-callers.ts';
import { newVirtualService } from '../../../k8s/routers/istio/made-here.ts';
import { isHostOf, otherProtocols } from '../../../k8s/routers/istio/virtual-service.ts';
import type { Fields } from '../../../k8s/routers/split/dialect.ts';
import { whoWrote } from '../../../k8s/routers/who-wrote.ts';

describe('a DestinationRule', () => {
  const rule = (spec: Fields): Manifest => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name: 'model' },
    spec: { host: 'model', trafficPolicy: { tls: { mode: 'DISABLE' } }, ...spec },
  });
  const mine = {
    name: 'debug',
    labels: { pod: 'one' },
    trafficPolicy: { loadBalancer: { simple: 'RANDOM' } },
  };

  test('gets a subset a track, once, beside the users’ own', () => {
    const then = rule({ subsets: [mine] });
    const now = withSubsets(then);
    expect(now['spec']).toEqual({
      ...(then['spec'] as Fields),
      subsets: [
        mine,
        { name: 'stable', labels: { 'longhaul.dev/track': 'stable' } },
        { name: 'candidate', labels: { 'longhaul.dev/track': 'candidate' } },
      ],
    });
    expect(withSubsets(now)).toBe(now);
    expect(restoredSubsets(now, then)).toEqual({ object: then, kept: false });
  });

  test('whose subset of that name selects something else is refused', () => {
    expect(() => withSubsets(rule({ subsets: [{ name: 'stable', labels: { version: 'v1' } }] }))).toThrow(
      /subset stable of DestinationRule model selects \{"version":"v1"\}.*longhaul.dev\/track: stable/,
    );
  });

  test('that others have changed since the snapshot stays as it is', () => {
    const then = rule({ subsets: [mine] });
    const now = { ...withSubsets(then), spec: { host: 'model', subsets: [mine] } };
    expect(restoredSubsets(now, then)).toEqual({ object: now, kept: true });
  });
});

test.each([
  ['model', true],
  ['model.ns', true],
  ['model.ns.svc', true],
  ['model.ns.svc.cluster.local', true],
  ['Model.ns.svc.corp.example', true],
  ['model.other', false],
  ['model.ns.example.com', false],
  ['model2', false],
  [undefined, false],
])('the host %s is the Service: %s', (host, is) => {
  expect(isHostOf('model', 'ns', host)).toBe(is);
});

test('routes by TCP and TLS are named', () => {
  const tcp = [{ route: [{ destination: { host: 'model' } }] }];
  expect(otherProtocols({ tcp, tls: [{ route: [{ destination: { host: 'db' } }] }] }, 'model', 'ns')).toEqual(
    ['tcp'],
  );
});

describe('a VirtualService that is made', () => {
  const ref = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', name: 'model' };
  const lane = { model: 'model', environment: 'production' };
  const specOf = (traffic: { readonly hosts?: readonly string[]; readonly gateways: readonly string[] }) =>
    newVirtualService(ref, lane, { service: 'model', namespace: 'ns' }, traffic)['spec'] as Fields;

  test.each([
    [{ gateways: [] }, ['model'], undefined],
    [{ gateways: ['mesh/door'], hosts: ['x.test'] }, ['x.test', 'model'], ['mesh/door', 'mesh']],
    [{ gateways: ['mesh'], hosts: ['model.ns.svc'] }, ['model.ns.svc'], ['mesh']],
  ])('of %j splits what the mesh sends to the Service as well', (traffic, hosts, gateways) => {
    const spec = specOf(traffic);
    expect([spec['hosts'], spec['gateways']]).toEqual([hosts, gateways]);
    expect(splitsInMesh(spec, 'model', 'ns')).toBe(true);
  });

  test('of all hosts is the gateways’ alone: the mesh takes no such one', () => {
    const spec = specOf({ gateways: ['mesh/door'], hosts: ['*'] });
    expect([spec['hosts'], spec['gateways']]).toEqual([['*'], ['mesh/door']]);
    expect(splitsInMesh(spec, 'model', 'ns')).toBe(false);
  });

  test('by users, of a gateway or of another host, does not split it', () => {
    expect(splitsInMesh({ hosts: ['model'], gateways: ['mesh/door'] }, 'model', 'ns')).toBe(false);
    expect(splitsInMesh({ hosts: ['x.test'], gateways: ['mesh'] }, 'model', 'ns')).toBe(false);
    expect(splitsInMesh({ hosts: ['model'] }, 'model', 'ns')).toBe(true);
  });
});

describe('what gateways say of an HTTPRoute', () => {
  const route = (generation: number, ...conditions: readonly Fields[]): Manifest => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'model', generation },
    status: { parents: [{ parentRef: { name: 'gw', namespace: 'infra' }, conditions }] },
  });
  const condition = (type: string, status: string, observedGeneration: number): Fields => ({
    ...{ type, status, observedGeneration, reason: 'BackendNotFound', message: 'no Service' },
  });

  test.each([
    [[condition('Accepted', 'True', 3), condition('ResolvedRefs', 'True', 3)], 'accepted'],
    [[condition('Accepted', 'True', 2), condition('ResolvedRefs', 'True', 3)], 'waiting'],
    [[condition('Accepted', 'True', 3)], 'waiting'],
    [[condition('Accepted', 'True', 3), condition('ResolvedRefs', 'False', 3)], 'refused'],
  ])('%#: %j is %s', (conditions, kind) => {
    expect(acceptanceOf(route(3, ...conditions), null).kind).toBe(kind);
  });

  test('is awaited while no gateway has looked', () => {
    expect(acceptanceOf({ ...route(1), status: {} }, null)).toEqual({
      kind: 'waiting',
      for: 'a gateway that takes it',
    });
  });

  test('is told in their words', () => {
    expect(acceptanceOf(route(3, condition('Accepted', 'False', 3)), null)).toMatchObject({
      why: 'Gateway infra/gw says Accepted is False: BackendNotFound, no Service',
    });
  });

  const said = (name: string, generation: number, status: 'True' | 'False'): Fields => ({
    parentRef: { name },
    controllerName: 'example.com/controller',
    conditions: ['Accepted', 'ResolvedRefs'].map((type) => condition(type, status, generation)),
  });
  const withParents = (generation: number, ...parents: readonly Fields[]): Manifest => ({
    ...route(generation),
    status: { parents },
  });

  test('counts by those gateways alone that had taken it before', () => {
    const before = withParents(3, said('front', 3, 'True'), said('other', 3, 'False'));
    const taken = withParents(4, said('front', 4, 'True'), said('other', 4, 'False'));
    const lost = withParents(4, said('front', 4, 'False'), said('other', 4, 'True'));
    expect(acceptanceOf(taken, before).kind).toBe('accepted');
    expect(acceptanceOf(lost, before).kind).toBe('refused');
  });

  test('of a route that none had taken, one gateway is enough', () => {
    const one = withParents(4, said('other', 4, 'False'), said('front', 4, 'True'));
    expect(acceptanceOf(one, null).kind).toBe('accepted');
    expect(acceptanceOf(withParents(4, said('other', 4, 'False')), null).kind).toBe('refused');
  });
});

test('the newest writer of a field is named, and not Longhaul', () => {
  const entry = (manager: string, time: string, fields: Fields): Fields => ({
    manager,
    time,
    fieldsV1: fields,
  });
  const http = { 'f:spec': { 'f:http': {} } };
  const metadata = {
    name: 'model',
    managedFields: [
      entry('kubectl-edit', '2026-01-01T00:00:01Z', http),
      entry('argocd-controller', '2026-01-01T00:00:02Z', http),
      entry('longhaul', '2026-01-01T00:00:03Z', http),
      entry('helm', '2026-01-01T00:00:04Z', { 'f:spec': { 'f:hosts': {} } }),
    ],
  };
  expect(whoWrote({ apiVersion: 'v1', kind: 'VirtualService', metadata }, ['spec', 'http'])).toEqual({
    manager: 'argocd-controller',
    at: '2026-01-01T00:00:02Z',
  });
});
