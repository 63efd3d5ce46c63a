import type { Json } from './description.ts';
import type { FakeRepository, Ids } from './state.ts';
import type { Deliveries } from './deliveries.ts';

export type Caller =
  | { readonly kind: 'app' }
  | { readonly kind: 'installation'; readonly login: string }
  | { readonly kind: 'token'; readonly login: string };

/** The App that is installed on the repositories. */
export interface FakeApp {
  readonly id: number;
  readonly slug: string;
  readonly installation: number;
  /** PEM. */
  readonly privateKey: string;
  readonly publicKey: string;
  /** What it may do, such as `{ checks: 'write' }`; tests take away what they want to be refused. */
  permissions: Record<string, 'read' | 'write' | 'admin'>;
  events: readonly string[];
}

export interface World {
  url: string;
  readonly ids: Ids;
  readonly app: FakeApp;
  /** Logins by token. */
  readonly tokens: Map<string, string>;
  /** Tokens of the installation, with when they end. */
  readonly installationTokens: Map<string, number>;
  readonly repositories: Map<string, FakeRepository>;
  readonly deliveries: Deliveries;
}

/** A request that conforms, by somebody who may ask for it. */
export interface Call {
  readonly world: World;
  /** Of routes below `/repos/{owner}/{repo}`. */
  readonly repository: FakeRepository;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Json;
  readonly path: string;
  readonly by: Caller;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What answers an operation, and what an installation needs to be allowed for it. */
export interface Route {
  readonly needs?: readonly [permission: string, level: 'read' | 'write'];
  readonly answer: (call: Call) => Answer;
}

/** By the description's operation id. */
export type Routes = Readonly<Record<string, Route>>;

const documentation = 'https://docs.github.com/rest';

export const refused = (
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  status,
  body: { message, documentation_url: documentation, status: String(status) },
  headers,
});

export const notFound = refused(404, 'Not Found');

/** 422, as GitHub words it. */
export const invalid = (resource: string, field: string, message: string): Answer => ({
  status: 422,
  body: {
    message: 'Validation Failed',
    documentation_url: documentation,
    errors: [{ resource, field, code: 'custom', message }],
  },
});

/** The page that a call asks for, with the links to the others. */
export function page<T>(
  { world, path, query }: Call,
  all: readonly T[],
  wrap?: (part: readonly T[]) => Json,
): Answer {
  const size = Math.min(100, Number(query['per_page'] ?? 30));
  const number = Number(query['page'] ?? 1);
  const part = all.slice((number - 1) * size, number * size);
  const pages = Math.max(1, Math.ceil(all.length / size));
  const link = (to: number, rel: string): string =>
    `<${world.url}${path}?${new URLSearchParams({ ...query, page: String(to) }).toString()}>; rel="${rel}"`;
  return {
    status: 200,
    body: wrap === undefined ? part : wrap(part),
    headers: number < pages ? { link: [link(number + 1, 'next'), link(pages, 'last')].join(', ') } : {},
  };
}

/** Whoever speaks, as GitHub shows them beside what they write. */
export const loginOf = (by: Caller, app: FakeApp): string =>
  by.kind === 'app' ? `${app.slug}[bot]` : by.login;
