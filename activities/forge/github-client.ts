import { Octokit } from '@octokit/core';
import { createAppAuth } from '@octokit/auth-app';
import { paginateRest } from '@octokit/plugin-paginate-rest';
import { restEndpointMethods } from '@octokit/plugin-rest-endpoint-methods';
import { isEnded, isLimit, limitedUntil, stillLimited, toForgeError } from './github-errors.ts';

const Client = Octokit.plugin(restEndpointMethods, paginateRest);

/** One speaker's way to GitHub's REST API: calls by name, and pages of a list. Every failure is a LonghaulError. */
export type GithubClient = InstanceType<typeof Client>;

export type Speaker = { readonly app: AppKey; readonly installation?: number } | { readonly token: string };

export interface AppKey {
  readonly id: number;
  /** PEM. */
  readonly privateKey: string;
}

export interface ClientSettings {
  readonly apiUrl: string;
  /** Milliseconds until the whole answer of one request has to be there. */
  readonly timeoutMs: number;
  readonly now: () => number;
}

const quiet = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/**
 * Each request is sent once; retries are the caller's activity's. Where GitHub has said that it takes no more
 * requests for a while, none is sent until then: whoever goes on asking is shut out.
 * @param onEnded told when GitHub does not take an installation or its token any more: both may be had anew
 */
export function createClient(
  speaker: Speaker,
  settings: ClientSettings,
  onEnded: () => void = ignore,
): GithubClient {
  const { apiUrl, now, timeoutMs } = settings;
  const client = new Client({
    baseUrl: apiUrl.replace(/\/+$/, ''),
    userAgent: 'longhaul',
    log: quiet,
    request: {
      fetch: (url: string, init: RequestInit) =>
        fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) }),
    },
    ...authOf(speaker),
  });
  const renewable = 'installation' in speaker;
  let silentUntil = 0;
  client.hook.before('request', (options) => {
    if (now() < silentUntil) throw stillLimited(options, silentUntil - now());
    options.headers['x-github-api-version'] = '2022-11-28';
  });
  client.hook.error('request', (error, options) => {
    if (isEnded(error)) onEnded();
    if (isLimit(error)) silentUntil = limitedUntil(error, now());
    throw toForgeError(error, { ...options, apiUrl, now: now(), renewable });
  });
  return client;
}

function authOf(speaker: Speaker): object {
  if ('token' in speaker) return { auth: speaker.token };
  const { app, installation } = speaker;
  return {
    authStrategy: createAppAuth,
    auth: {
      appId: app.id,
      privateKey: app.privateKey,
      ...(installation === undefined ? {} : { installationId: installation }),
    },
  };
}

function ignore(): void {
  // What goes wrong is thrown.
}
