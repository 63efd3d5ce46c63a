import type { IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { text } from 'node:stream/consumers';
import { LonghaulError } from '../../core/errors.ts';
import { errorOf, errorWithoutAnswer } from './api-errors.ts';
import type { Answerer, ApiStatus } from './api-errors.ts';
import { readCredentials } from './credentials.ts';
import type { ClusterPlace, Credentials } from './credentials.ts';
import { agentsByCredentials, isStaleSocket, mayRepeat, send } from './transport.ts';
import type { ApiRequest } from './transport.ts';

/** From the first byte sent to the last one read, its credentials included. */
const usualPatienceMs = 15_000;

/** HTTP to one API server, with the credentials of a kubeconfig. */
export interface ApiConnection {
  /** The context, as far as the kubeconfig was read already. */
  readonly context: () => string;
  /** The answer's body. @throws LonghaulError as errorOf says */
  readonly ask: (request: ApiRequest) => Promise<string>;
  /** An answer that goes on until one side ends it: its reader destroys it. @throws LonghaulError as errorOf says */
  readonly open: (request: ApiRequest, ended: AbortSignal) => Promise<IncomingMessage>;
}

/** Does nothing until the first request: a worker starts although a cluster cannot be reached. */
export function createConnection(place: ClusterPlace, patienceMs = usualPatienceMs): ApiConnection {
  let reading: Promise<Credentials> | undefined;
  let answerer: Answerer = { context: place.context ?? 'kubernetes', server: 'address unknown' };
  const agentFor = agentsByCredentials();
  /** A proxy has an agent of its own; plain HTTP takes the process's. */
  const agentOf = ({ proxied, server }: Credentials, signed: RequestOptions): RequestOptions['agent'] =>
    proxied ? signed.agent : server.startsWith('http:') ? undefined : agentFor(signed);

  const credentials = async (): Promise<Credentials> => {
    reading ??= readCredentials(place);
    try {
      const read = await reading;
      answerer = read;
      return read;
    } catch (error) {
      reading = undefined;
      throw error;
    }
  };

  /** A refused login is tried once more with the kubeconfig read anew: its token may have been rotated. */
  const answered = async (request: ApiRequest, signal: AbortSignal): Promise<IncomingMessage> => {
    const first = await sent(await credentials(), request, signal);
    if (first.statusCode !== 401) return first;
    first.resume();
    reading = undefined;
    return sent(await credentials(), request, signal);
  };

  const sent = async (
    from: Credentials,
    request: ApiRequest,
    signal: AbortSignal,
  ): Promise<IncomingMessage> => {
    const signed = await unlessAborted(from.sign(), signal);
    const options = { ...signed, agent: agentOf(from, signed), signal };
    try {
      return await send(from.server, request, options);
    } catch (error) {
      if (!isStaleSocket(error) || !mayRepeat(request)) throw error;
      return send(from.server, request, options);
    }
  };

  const successful = async (request: ApiRequest, signal: AbortSignal): Promise<IncomingMessage> => {
    try {
      const answer = await answered(request, signal);
      const status = answer.statusCode ?? 0;
      if (status >= 200 && status < 300) return answer;
      throw errorOf(status, statusOf(await text(answer)), request.asked, answerer);
    } catch (error) {
      // The cluster may have moved: the next request goes where the kubeconfig says then.
      if (!(error instanceof LonghaulError)) reading = undefined;
      throw errorWithoutAnswer(signal.aborted ? signal.reason : error, request.asked, answerer);
    }
  };

  return {
    context: () => answerer.context,
    ask: async (request) => {
      const signal = AbortSignal.timeout(patienceMs);
      const answer = await successful(request, signal);
      try {
        return await text(answer);
      } catch (error) {
        throw errorWithoutAnswer(signal.aborted ? signal.reason : error, request.asked, answerer);
      }
    },
    open: async (request, ended) => {
      const late = new AbortController();
      const timer = setTimeout(() => {
        late.abort(new DOMException('no answer', 'TimeoutError'));
      }, patienceMs);
      try {
        return await successful(request, AbortSignal.any([ended, late.signal]));
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

const unlessAborted = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
};

function statusOf(body: string): ApiStatus {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    const words = body.trim().slice(0, 500);
    return words === '' ? {} : { message: words };
  }
}
