import type { ArmView, LaneView } from '../lane-view.ts';
import { clusterName, routeName } from './names.ts';

/** Weights are hundredths of a percent. */
export const wholeWeight = 10_000;

/** Only what cannot have reached a server is sent again. */
const retryPolicy = {
  retry_on: 'connect-failure,refused-stream,reset-before-request',
  num_retries: 2,
  retry_host_predicate: [
    {
      name: 'envoy.retry_host_predicates.previous_hosts',
      typed_config: {
        '@type': 'type.googleapis.com/envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate',
      },
    },
  ],
  host_selection_retry_max_attempts: '3',
};

/** Who gets a request of this lane: `canary: true` the candidate, all others by weight. */
export function routes(view: LaneView): object {
  const stable = view.arms.find(({ track }) => track === 'stable');
  const candidate = view.arms.find(({ track }) => track === 'candidate');
  return {
    '@type': 'type.googleapis.com/envoy.config.route.v3.RouteConfiguration',
    name: routeName(view.lane),
    virtual_hosts: [
      {
        name: routeName(view.lane),
        domains: ['*'],
        routes: [
          ...(candidate === undefined ? [] : [byHeader(view, candidate)]),
          byWeight(view, stable, candidate),
        ],
      },
    ],
  };
}

function byHeader(view: LaneView, candidate: ArmView): object {
  return {
    name: 'canary-header',
    match: { prefix: '/', headers: [{ name: 'canary', string_match: { exact: 'true' } }] },
    route: { cluster: clusterName(view.lane, candidate.arm.id), timeout: '30s', retry_policy: retryPolicy },
  };
}

function byWeight(view: LaneView, stable: ArmView | undefined, candidate: ArmView | undefined): object {
  const toCandidate = candidate === undefined ? 0 : Math.round((view.candidateWeight * wholeWeight) / 100);
  const shares = [
    ...(stable === undefined ? [] : [{ arm: stable, weight: wholeWeight - toCandidate }]),
    ...(candidate === undefined ? [] : [{ arm: candidate, weight: toCandidate }]),
  ];
  const name = 'by-weight';
  const match = { prefix: '/' };
  if (shares.every(({ weight }) => weight === 0))
    return { name, match, direct_response: nothingServed(view) };
  const clusters = shares.map(({ arm, weight }) => ({ name: clusterName(view.lane, arm.arm.id), weight }));
  return {
    name,
    match,
    route: { weighted_clusters: { clusters }, timeout: '30s', retry_policy: retryPolicy },
  };
}

function nothingServed({ lane }: LaneView): object {
  return {
    status: 503,
    body: { inline_string: `No version of ${lane.model} is served in ${lane.environment} yet.\n` },
  };
}
