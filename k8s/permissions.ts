/** What Longhaul does with a resource of its namespace: the rights that its account needs. */
export interface Permission {
  /** API group, empty for the core. */
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  /** What for, to people. */
  readonly purpose: string;
  /** Which environments need it. Absent: all. */
  readonly onlyFor?: 'istio' | 'gateway' | 'prometheusOperator';
}

/** How traffic is split in an environment, as the operator's file says. */
export type TrafficKind = 'istio' | 'gateway' | 'service';

const read = ['get', 'list', 'watch'] as const;
const write = ['create', 'update', 'patch', 'delete'] as const;
const all = [...read, ...write];

/** The one list: `longhaul doctor` asks for these, and k8s/deploy/role.yaml and docs/kubernetes-permissions.md are made of it. */
export const permissions: readonly Permission[] = [
  { group: 'apps', resource: 'deployments', verbs: all, purpose: 'the stable arm and the candidate' },
  {
    ...{ group: 'autoscaling', resource: 'horizontalpodautoscalers', verbs: all },
    purpose: 'replicas that follow the load',
  },
  {
    ...{ group: 'policy', resource: 'poddisruptionbudgets', verbs: all },
    purpose: 'how many replicas a drain of nodes may take away',
  },
  {
    group: '',
    resource: 'services',
    verbs: all,
    purpose: 'addresses of the model, of its tracks and its metrics',
  },
  {
    group: '',
    resource: 'configmaps',
    verbs: all,
    purpose: 'settings of an arm, each under a name of its own',
  },
  { group: 'apps', resource: 'replicasets', verbs: read, purpose: 'which pods are of the newest template' },
  { group: '', resource: 'pods', verbs: read, purpose: 'whether replicas are ready' },
  { group: '', resource: 'pods/log', verbs: ['get'], purpose: 'the last lines of a replica that fails' },
  { group: '', resource: 'events', verbs: ['list'], purpose: 'why a replica is not ready' },
  {
    ...{ group: 'discovery.k8s.io', resource: 'endpointslices', verbs: read },
    purpose: 'which replicas a Service sends to',
  },
  {
    ...{ group: 'networking.istio.io', resource: 'virtualservices', verbs: all, onlyFor: 'istio' },
    purpose: 'weights of the traffic',
  },
  {
    ...{ group: 'networking.istio.io', resource: 'destinationrules', verbs: all, onlyFor: 'istio' },
    purpose: 'subsets of the arms',
  },
  {
    ...{ group: 'gateway.networking.k8s.io', resource: 'httproutes', verbs: all, onlyFor: 'gateway' },
    purpose: 'weights of the traffic',
  },
  {
    ...{ group: 'monitoring.coreos.com', resource: 'servicemonitors', verbs: all },
    ...{ purpose: 'that the Prometheus operator scrapes the replicas', onlyFor: 'prometheusOperator' },
  },
];

/** What an environment needs. @param monitored whether the cluster knows ServiceMonitors */
export const permissionsFor = (traffic: TrafficKind, monitored: boolean): readonly Permission[] =>
  permissions.filter(
    ({ onlyFor }) =>
      onlyFor === undefined || onlyFor === traffic || (onlyFor === 'prometheusOperator' && monitored),
  );
