import { request as httpRequest } from 'node:http';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import type { RequestOptions } from 'node:https';
import type { Asked } from './api-errors.ts';

/** What is sent to an API server, and how people are told of it. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  readonly path: string;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly asked: Asked;
}

/** @returns the answer once its headers are there. @throws what the socket says */
export function send(
  server: string,
  { method, path, body, contentType }: ApiRequest,
  options: RequestOptions,
): Promise<IncomingMessage> {
  const url = new URL(server + path);
  const sender = url.protocol === 'http:' ? httpRequest : httpsRequest;
  const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const headers = {
    ...(options.headers as OutgoingHttpHeaders | undefined),
    accept: 'application/json',
    'user-agent': 'longhaul',
    ...(content === undefined
      ? {}
      : { 'content-type': contentType ?? 'application/json', 'content-length': content.length }),
  };
  return new Promise((resolve, reject) => {
    const request = sender(url, { ...options, method, headers }, resolve);
    request.on('error', (error) => {
      reject(request.reusedSocket ? Object.assign(error, { onReusedSocket: true }) : error);
    });
    request.end(content);
  });
}

/** The server had closed the idle connection when the request was written to it: it has not seen the request. */
export const isStaleSocket = (error: unknown): boolean => {
  const { code, onReusedSocket } = error as NodeJS.ErrnoException & { readonly onReusedSocket?: boolean };
  return onReusedSocket === true && (code === 'ECONNRESET' || code === 'EPIPE');
};

/** Whether a second one does no harm where the first was carried out after all. */
export const mayRepeat = ({ method, contentType = '' }: ApiRequest): boolean =>
  method === 'GET' || method === 'DELETE' || contentType.includes('apply-patch');

/** One agent as long as the certificates are the same: connections are kept, and none is made with outdated ones. */
export function agentsByCredentials(): (signed: RequestOptions) => Agent {
  let current: { readonly key: string; readonly agent: Agent } | undefined;
  return ({ ca, cert, key, servername, rejectUnauthorized }) => {
    const tls = Object.fromEntries(
      Object.entries({ ca, cert, key, servername, rejectUnauthorized }).filter(
        ([, value]) => value !== undefined,
      ),
    );
    const id = JSON.stringify(tls);
    if (current?.key !== id) {
      const agent = new Agent({ ...tls, keepAlive: true, keepAliveMsecs: 30_000, timeout: 60_000 });
      current = { key: id, agent };
    }
    return current.agent;
  };
}
