import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { LonghaulError } from '../../core/errors.ts';
import type { Asked } from './api-errors.ts';
import type { Labels } from './cluster.ts';
import type { ApiConnection } from './connection.ts';
import { pathOf, queryOf, selectorOf } from './resources.ts';
import type { Resource } from './resources.ts';

/** The server ends a watch after this long; a connection that died unnoticed is given up a little later. */
const roundSeconds = 240;
const backoffMs = { first: 250, most: 5_000 };

/** What is watched: objects of one kind and labels. */
export interface WatchSubject {
  readonly resource: Resource;
  readonly namespace: string;
  readonly labels: Labels;
}

interface WatchLine {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: {
    readonly code?: number;
    readonly metadata?: { readonly resourceVersion?: string };
  };
}

/**
 * Watches until `closed`, by one connection at a time. After a broken one it goes on from the last version that it saw, so
 * that nothing is lost. `onChange` is called with each change, and whenever changes may have been missed: when it begins,
 * and where the server has forgotten that version.
 * @throws LonghaulError what waiting does not mend, such as NotPermitted
 */
export async function watch(
  connection: ApiConnection,
  subject: WatchSubject,
  closed: AbortSignal,
  onChange: () => void,
): Promise<void> {
  let from: string | null = null;
  let pauseMs = backoffMs.first;
  while (!closed.aborted) {
    try {
      if (from === null) {
        from = await versionNow(connection, subject);
        onChange();
      }
      const begun = Date.now();
      from = await watchOnce(connection, subject, from, closed, onChange);
      if (Date.now() - begun > backoffMs.most) pauseMs = backoffMs.first;
    } catch (error) {
      if (!(error instanceof LonghaulError) || error.type !== 'Unreachable') throw error;
    }
    await delay(pauseMs, undefined, { signal: closed, ref: false }).catch(() => undefined);
    pauseMs = Math.min(pauseMs * 2, backoffMs.most);
  }
}

/** The version from which a watch misses nothing that comes after now. */
async function versionNow(connection: ApiConnection, subject: WatchSubject): Promise<string> {
  const list = await connection.ask({
    method: 'GET',
    path: pathFor(subject, { limit: '1' }),
    asked: askedFor(subject, 'list'),
  });
  return (JSON.parse(list) as { readonly metadata: { readonly resourceVersion: string } }).metadata
    .resourceVersion;
}

/** One connection, until it ends. @returns the version to go on from, null when the server has forgotten it */
async function watchOnce(
  connection: ApiConnection,
  subject: WatchSubject,
  from: string,
  closed: AbortSignal,
  onChange: () => void,
): Promise<string | null> {
  const path = pathFor(subject, {
    ...{ watch: 'true', allowWatchBookmarks: 'true' },
    ...{ resourceVersion: from, timeoutSeconds: String(roundSeconds) },
  });
  const ended = AbortSignal.any([closed, AbortSignal.timeout((roundSeconds + 30) * 1000)]);
  let answer: IncomingMessage;
  try {
    answer = await connection.open({ method: 'GET', path, asked: askedFor(subject, 'watch') }, ended);
  } catch (error) {
    if (error instanceof LonghaulError && error.type === 'Conflict') return null;
    throw error;
  }
  answer.socket.unref();
  let newest = from;
  try {
    for await (const line of linesOf(answer)) {
      const { type, object } = JSON.parse(line) as WatchLine;
      if (type === 'ERROR') return object.code === 410 ? null : newest;
      newest = object.metadata?.resourceVersion ?? newest;
      if (type !== 'BOOKMARK') onChange();
    }
  } catch {
    // A broken connection: the next one goes on from the newest version.
  } finally {
    answer.destroy();
  }
  return newest;
}

async function* linesOf(answer: IncomingMessage): AsyncGenerator<string> {
  answer.setEncoding('utf8');
  let rest = '';
  for await (const chunk of answer as AsyncIterable<string>) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

const pathFor = (
  { resource, namespace, labels }: WatchSubject,
  query: Readonly<Record<string, string>>,
): string => pathOf(resource, namespace) + queryOf({ labelSelector: selectorOf(labels), ...query });

const askedFor = ({ resource, namespace }: WatchSubject, verb: string): Asked => ({
  ...{ verb, resource: resource.plural, group: resource.group },
  ...(resource.namespaced ? { namespace } : {}),
});
