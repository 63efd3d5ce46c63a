import fc from 'fast-check';
import type { Manifest } from '../../../k8s/api/cluster.ts';
import { httpRouteDialect } from '../../../k8s/routers/gateway/http-route.ts';
import { virtualServiceDialect } from '../../../k8s/routers/istio/virtual-service.ts';
import type { Dialect, Fields } from '../../../k8s/routers/split/dialect.ts';

/** A kind of routing object, and rules of every sort that users write. */
export interface RouteSample {
  readonly kind: string;
  readonly dialect: Dialect;
  readonly to: (slot: 'both' | 'stable' | 'candidate' | 'other', weight?: number) => Fields;
  readonly of: (rules: readonly Fields[], annotations?: Readonly<Record<string, string>>) => Manifest;
  readonly split: fc.Arbitrary<Fields>;
  readonly foreign: fc.Arbitrary<Fields>;
}

const settings = fc.record(
  {
    timeout: fc.constant('3s'),
    retries: fc.constant({ attempts: 3, retryOn: '5xx', perTryTimeout: '1s' }),
    mirror: fc.constant({ host: 'shadow' }),
    fault: fc.constant({ abort: { httpStatus: 503, percentage: { value: 0.1 } } }),
    filters: fc.constant([{ type: 'RequestHeaderModifier' }]),
    somethingNew: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

const annotations = fc.dictionary(fc.constantFrom('team', 'argocd.argoproj.io/tracking-id'), fc.string(), {
  minKeys: 1,
});
const other = fc.dictionary(fc.constantFrom('hosts', 'gateways', 'tls', 'parentRefs'), fc.jsonValue());

/** A route with at least one rule of the lane, and what else may be in it. */
export const routes = (sample: RouteSample): fc.Arbitrary<Manifest> =>
  fc
    .tuple(
      fc.array(fc.oneof(sample.foreign, sample.split), { maxLength: 4 }),
      sample.split,
      fc.array(sample.foreign, { maxLength: 2 }),
      fc.option(annotations, { nil: undefined }),
      other,
    )
    .map(([before, split, after, notes, fields]) => {
      const route = sample.of([...before, split, ...after], notes);
      return { ...route, spec: { ...fields, ...(route['spec'] as Fields) } };
    });

const virtualService = virtualServiceDialect('model', 'ns');

const toHost = (host: string, subset?: string, weight?: number): Fields => ({
  destination: { host, ...(subset === undefined ? {} : { subset }), port: { number: 80 } },
  ...(weight === undefined ? {} : { weight }),
});

const hosts = fc.constantFrom('model', 'model.ns', 'model.ns.svc', 'model.ns.svc.cluster.local');
const matches = fc.constantFrom<Fields>(
  {},
  { match: [{ uri: { prefix: '/predict' } }] },
  { match: [{ headers: { beta: { exact: 'yes' } } }, { uri: { exact: '/' }, name: 'root' }] },
);

export const istio: RouteSample = {
  kind: 'VirtualService',
  dialect: virtualService,
  to: (slot, weight) =>
    slot === 'other'
      ? toHost('billing', undefined, weight)
      : toHost('model', slot === 'both' ? undefined : slot, weight),
  of: (rules, notes) => ({
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: {
      name: 'model',
      namespace: 'ns',
      resourceVersion: '7',
      ...(notes === undefined ? {} : { annotations: notes }),
    },
    spec: { http: rules },
  }),
  split: fc
    .tuple(settings, matches, hosts, fc.constantFrom('plain', 'stable', 'both'))
    .map(([more, match, host, form]) => ({
      ...match,
      route:
        form === 'plain'
          ? [toHost(host)]
          : form === 'stable'
            ? [toHost(host, 'stable', 100)]
            : [toHost(host, 'candidate', 0), toHost(host, 'stable', 100)],
      ...more,
    })),
  foreign: fc.oneof(
    fc.tuple(settings, matches).map(([more, match]) => ({
      ...match,
      route: [toHost('billing', undefined, 80), toHost('model.elsewhere', 'stable', 20)],
      ...more,
    })),
    fc.constant({ name: 'moved', redirect: { uri: '/v2' } }),
    fc.constant({ name: 'mine', route: [toHost('model', 'debug')] }),
    fc.constant({ match: [{ headers: { tester: { exact: '1' } } }], route: [toHost('model', 'candidate')] }),
  ),
};

const backend = (name: string, weight = 1): Fields => ({
  group: '',
  kind: 'Service',
  name,
  port: 80,
  weight,
});
const paths = fc.constantFrom<Fields>(
  { matches: [{ path: { type: 'PathPrefix', value: '/' } }] },
  { matches: [{ path: { type: 'Exact', value: '/predict' }, method: 'POST' }] },
  { matches: [{ headers: [{ type: 'Exact', name: 'beta', value: 'yes' }] }] },
);

export const gateway: RouteSample = {
  kind: 'HTTPRoute',
  dialect: httpRouteDialect('model', 'ns'),
  to: (slot, weight) =>
    backend(slot === 'other' ? 'billing' : slot === 'both' ? 'model' : `model-${slot}`, weight),
  of: (rules, notes) => ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: {
      name: 'model',
      namespace: 'ns',
      resourceVersion: '7',
      ...(notes === undefined ? {} : { annotations: notes }),
    },
    spec: { rules },
  }),
  split: fc.tuple(settings, paths, fc.constantFrom('plain', 'stable', 'both')).map(([more, match, form]) => ({
    ...match,
    backendRefs:
      form === 'plain'
        ? [backend('model')]
        : form === 'stable'
          ? [backend('model-stable', 100)]
          : [backend('model-stable', 100), backend('model-candidate', 0)],
    ...more,
  })),
  foreign: fc.oneof(
    fc.tuple(settings, paths).map(([more, match]) => ({
      ...match,
      backendRefs: [backend('billing', 3), { ...backend('model'), namespace: 'elsewhere' }],
      ...more,
    })),
    fc.constant({ filters: [{ type: 'RequestRedirect' }] }),
    fc.constant({ backendRefs: [{ ...backend('model'), group: 'example.com', kind: 'Bucket' }] }),
  ),
};
