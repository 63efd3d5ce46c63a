import { LonghaulError } from '../../core/errors.ts';
import { createConnection } from './connection.ts';
import type { ApiConnection } from './connection.ts';
import { clusterOver } from './create-cluster.ts';
import type { Cluster, ClusterVersion, Kind } from './cluster.ts';
import type { ClusterPlace } from './credentials.ts';

/** What a release asks of a cluster before it can begin, to be looked at without a change. */
export interface ClusterExamination {
  /** As the context is called. */
  readonly context: () => string;
  readonly version: () => Promise<ClusterVersion>;
  /** Whether the namespace is there; null where our rights do not let us know. */
  readonly namespaceExists: () => Promise<boolean | null>;
  readonly has: (kind: Kind) => Promise<boolean>;
  readonly list: Cluster['list'];
  /** Asks the API server itself, as each request will be judged. */
  readonly isAllowed: (right: Right) => Promise<boolean>;
}

/** One verb on one resource of the namespace. */
export interface Right {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
}

export function examineCluster(place: ClusterPlace): ClusterExamination {
  const { namespace } = place;
  const connection = createConnection(place);
  const cluster = clusterOver(connection, namespace);
  return {
    context: connection.context,
    version: () => cluster.version(),
    namespaceExists: async () => {
      const probe = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'longhaul-doctor' } };
      try {
        await cluster.apply(probe, { dryRun: true });
        return true;
      } catch (error) {
        if (!(error instanceof LonghaulError)) throw error;
        if (error.type === 'NotFound') return false;
        if (error.type === 'NotPermitted' || error.type === 'Rejected') return null;
        throw error;
      }
    },
    has: (kind) => cluster.has(kind),
    list: (kind, labels) => cluster.list(kind, labels),
    isAllowed: (right) => isAllowed(connection, namespace, right),
  };
}

async function isAllowed(
  connection: ApiConnection,
  namespace: string,
  { group, resource, verb }: Right,
): Promise<boolean> {
  const [plural, subresource] = resource.split('/');
  const about = {
    namespace,
    verb,
    group,
    resource: plural,
    ...(subresource === undefined ? {} : { subresource }),
  };
  const answer = await connection.ask({
    ...{ method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews' },
    body: {
      ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' },
      spec: { resourceAttributes: about },
    },
    asked: { verb: 'create', resource: 'selfsubjectaccessreviews', group: 'authorization.k8s.io' },
  });
  return (JSON.parse(answer) as { readonly status: { readonly allowed: boolean } }).status.allowed;
}
