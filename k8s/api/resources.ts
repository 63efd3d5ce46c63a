import { LonghaulError } from '../../core/errors.ts';
import type { Asked } from './api-errors.ts';
import type { Kind, Labels } from './cluster.ts';
import type { ApiConnection } from './connection.ts';

/** How a kind is reached: its place in paths, and how Roles name it. */
export interface Resource extends Kind {
  /** Such as `deployments`. */
  readonly plural: string;
  readonly group: string;
  readonly namespaced: boolean;
}

export interface Resources {
  /** Null for a kind that this cluster does not know. */
  readonly find: (kind: Kind) => Promise<Resource | null>;
  /** @throws LonghaulError NotFound for a kind that this cluster does not know */
  readonly known: (kind: Kind) => Promise<Resource>;
}

/** A kind that was missing is looked for again after this long: its CRD may have been installed. */
const missingForMs = 5_000;

interface Listed {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Asks each API group once for its kinds, and again for a kind that it lacked. */
export function createResources(connection: ApiConnection): Resources {
  const groups = new Map<string, { readonly at: number; readonly listed: Promise<readonly Listed[]> }>();

  const listed = (apiVersion: string, noOlderThan: number): Promise<readonly Listed[]> => {
    const had = groups.get(apiVersion);
    if (had !== undefined && had.at >= noOlderThan) return had.listed;
    const asked = kindsOf(connection, apiVersion);
    groups.set(apiVersion, { at: Date.now(), listed: asked });
    asked.catch(() => groups.delete(apiVersion));
    return asked;
  };

  const find = async (kind: Kind): Promise<Resource | null> => {
    const among = (kinds: readonly Listed[]): Listed | undefined =>
      kinds.find((one) => one.kind === kind.kind && !one.name.includes('/'));
    const one =
      among(await listed(kind.apiVersion, 0)) ??
      among(await listed(kind.apiVersion, Date.now() - missingForMs));
    if (one === undefined) return null;
    const { apiVersion } = kind;
    return {
      apiVersion,
      kind: kind.kind,
      plural: one.name,
      group: groupOf(apiVersion),
      namespaced: one.namespaced,
    };
  };

  return {
    find,
    known: async (kind) => {
      const resource = await find(kind);
      if (resource !== null) return resource;
      throw new LonghaulError(
        'NotFound',
        `${connection.context()} does not know ${kind.kind} of ${kind.apiVersion}.`,
        {
          mend: `Install it; what is there: kubectl --context ${connection.context()} api-resources`,
        },
      );
    },
  };
}

async function kindsOf(connection: ApiConnection, apiVersion: string): Promise<readonly Listed[]> {
  const asked: Asked = { verb: 'get', resource: apiVersion, group: groupOf(apiVersion) };
  try {
    const body = await connection.ask({ method: 'GET', path: rootOf(apiVersion), asked });
    return (JSON.parse(body) as { readonly resources: readonly Listed[] }).resources;
  } catch (error) {
    if (error instanceof LonghaulError && error.type === 'NotFound') return [];
    throw error;
  }
}

const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';

const rootOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

/** Path of all objects of a kind, or of one: `part` is below it, such as `log`. */
export function pathOf(resource: Resource, namespace: string, name?: string, part?: string): string {
  const place = resource.namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  const below = [name, part].filter((piece) => piece !== undefined).map(encodeURIComponent);
  return [rootOf(resource.apiVersion) + place, resource.plural, ...below].join('/');
}

/** `?a=b&c=d`; what is undefined is left out. */
export function queryOf(values: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) if (value !== undefined) query.set(key, value);
  return query.size === 0 ? '' : `?${query.toString()}`;
}

/** `a=b,c=d`, as a query's `labelSelector`; undefined for all. */
export const selectorOf = (labels: Labels): string | undefined =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .sort()
    .join(',') || undefined;
