import { LonghaulError } from '../../core/errors.ts';
import { fieldManager } from '../names.ts';
import type { Asked } from './api-errors.ts';
import { createChanges } from './changes.ts';
import { clusterVersion } from './cluster-version.ts';
import type { Cluster, ClusterEvent, Kind, Manifest } from './cluster.ts';
import { createConnection } from './connection.ts';
import type { ApiConnection } from './connection.ts';
import type { ClusterPlace } from './credentials.ts';
import { newestFirst } from './events.ts';
import type { ApiEvent } from './events.ts';
import { logBytes, logLines } from './log-lines.ts';
import type { KnownSecrets } from './log-lines.ts';
import { createResources, pathOf, queryOf, selectorOf } from './resources.ts';
import type { Resource } from './resources.ts';
import type { ApiRequest } from './transport.ts';

const pods: Resource = { apiVersion: 'v1', kind: 'Pod', plural: 'pods', group: '', namespaced: true };
const eventResource: Resource = { ...pods, kind: 'Event', plural: 'events' };
/** Objects that one answer of a list holds. */
const pageSize = '500';

const ofWholeCluster = ({ kind, metadata: { name } }: Manifest): LonghaulError =>
  new LonghaulError(
    'NotPermitted',
    `${kind} ${name} belongs to the whole cluster; a release writes into its namespace alone.`,
    { mend: `Take it out of the project's manifests, and let whoever runs the cluster make it.` },
  );

/**
 * The namespace of a cluster by a kubeconfig's credentials. Nothing is read or asked before the first call, so that its
 * errors are those of the call.
 *
 * @param knownSecrets their values are masked in the logs of containers
 */
export function createCluster(place: ClusterPlace, knownSecrets?: KnownSecrets): Cluster {
  return clusterOver(createConnection(place), place.namespace, knownSecrets);
}

/** The same over a connection that is there already. */
export function clusterOver(
  connection: ApiConnection,
  namespace: string,
  knownSecrets: KnownSecrets = () => Promise.resolve([]),
): Cluster {
  const resources = createResources(connection);

  const asked = (
    verb: string,
    { plural, group, namespaced }: Resource,
    rest: Partial<Asked> = {},
  ): Asked => ({
    ...{ verb, resource: plural, group },
    ...(namespaced ? { namespace } : {}),
    ...rest,
  });
  const ask = async <T>(request: ApiRequest): Promise<T> => JSON.parse(await connection.ask(request)) as T;

  const list = async <T extends Manifest>(
    resource: Resource,
    selector: Readonly<Record<string, string | undefined>>,
  ): Promise<readonly T[]> => {
    const found: T[] = [];
    let next: string | undefined;
    do {
      const path = pathOf(resource, namespace) + queryOf({ ...selector, limit: pageSize, continue: next });
      const page: ListPage<T> = await ask({ method: 'GET', path, asked: asked('list', resource) });
      found.push(...page.items);
      next = page.metadata.continue === '' ? undefined : page.metadata.continue;
    } while (next !== undefined);
    return found;
  };

  return {
    get name() {
      return `${connection.context()}/${namespace}`;
    },
    namespace,
    version: () => clusterVersion(connection),
    get: async (ref) => {
      const resource = await resources.find(ref);
      if (resource === null) return null;
      const { name } = ref;
      return orNull(
        ask({
          method: 'GET',
          path: pathOf(resource, namespace, name),
          asked: asked('get', resource, { name }),
        }),
      );
    },
    list: async <T extends Manifest>(kind: Kind, labels: Readonly<Record<string, string>>) => {
      const resource = await resources.find(kind);
      if (resource === null) return [];
      const items = await list<T>(resource, { labelSelector: selectorOf(labels) });
      const { apiVersion } = kind;
      return items.map((item) => ({ ...item, apiVersion, kind: kind.kind }));
    },
    has: async (kind) => (await resources.find(kind)) !== null,
    apply: async (manifest, { dryRun = false } = {}) => {
      const resource = await resources.known(manifest);
      if (!resource.namespaced) throw ofWholeCluster(manifest);
      const { name } = manifest.metadata;
      const query = queryOf({ fieldManager, force: 'true', dryRun: dryRun ? 'All' : undefined });
      return ask({
        ...{ method: 'PATCH', path: pathOf(resource, namespace, name) + query },
        ...{ body: manifest, contentType: 'application/apply-patch+yaml' },
        asked: asked('patch', resource, { name }),
      });
    },
    patch: async (ref, operations) => {
      const resource = await resources.known(ref);
      const { name } = ref;
      return ask({
        ...{ method: 'PATCH', path: pathOf(resource, namespace, name) + queryOf({ fieldManager }) },
        ...{ body: operations, contentType: 'application/json-patch+json' },
        asked: asked('patch', resource, { name, operations }),
      });
    },
    replace: async (manifest, { dryRun = false } = {}) => {
      const resource = await resources.known(manifest);
      const { name } = manifest.metadata;
      const query = queryOf({ fieldManager, dryRun: dryRun ? 'All' : undefined });
      return ask({
        ...{ method: 'PUT', path: pathOf(resource, namespace, name) + query, body: manifest },
        asked: asked('update', resource, { name }),
      });
    },
    create: async (manifest) => {
      const resource = await resources.known(manifest);
      return ask({
        ...{ method: 'POST', path: pathOf(resource, namespace) + queryOf({ fieldManager }), body: manifest },
        asked: asked('create', resource, { name: manifest.metadata.name }),
      });
    },
    remove: async (ref, { uid } = {}) => {
      const resource = await resources.find(ref);
      if (resource === null) return;
      const { name } = ref;
      const asking = ask({
        ...{ method: 'DELETE', path: pathOf(resource, namespace, name), body: deletionOf(uid) },
        asked: asked('delete', resource, { name }),
      });
      await orNull(asking, uid === undefined ? ['NotFound'] : ['NotFound', 'Conflict']);
    },
    changed: createChanges(connection, resources, namespace),
    logs: async (pod, container, { lines, previous }) => {
      const query = queryOf({
        ...{ container, tailLines: String(lines), limitBytes: String(logBytes) },
        previous: previous ? 'true' : undefined,
      });
      const told = asked('get', { ...pods, plural: 'pods/log' }, { name: pod });
      const path = pathOf(pods, namespace, pod, 'log') + query;
      const text = await orNull(connection.ask({ method: 'GET', path, asked: told }), [
        'NotFound',
        'Rejected',
      ]);
      return text === null ? null : logLines(text, await knownSecrets());
    },
    events: async ({ kind, name }): Promise<readonly ClusterEvent[]> => {
      const fieldSelector = `involvedObject.kind=${kind},involvedObject.name=${name}`;
      return newestFirst(await list<ApiEvent>(eventResource, { fieldSelector }));
    },
  };
}

interface ListPage<T> {
  readonly metadata: { readonly continue?: string };
  readonly items: readonly T[];
}

/** Dependents go in the background. An object of the same name but another `uid` is left alone, by a conflict. */
const deletionOf = (uid: string | undefined): object => ({
  ...{ apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' },
  ...(uid === undefined ? {} : { preconditions: { uid } }),
});

async function orNull<T>(
  asking: Promise<T>,
  types: readonly LonghaulError['type'][] = ['NotFound'],
): Promise<T | null> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof LonghaulError && types.includes(error.type)) return null;
    throw error;
  }
}
