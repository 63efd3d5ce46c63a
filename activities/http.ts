import { LonghaulError } from '../core/errors.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds until the whole answer has to be there. */
  readonly timeoutMs: number;
  /** What a person does when the server cannot be reached. */
  readonly mend: string;
}

/** Status and body of an answer below 500. */
export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Sends one request, once: retries are the caller's activity's. A refused connection, a timeout, 408, 429 and
 * every 5xx are passing faults; all other answers are for the caller to judge.
 * @throws LonghaulError Unreachable, with the URL and `mend`
 */
export async function ask(request: HttpRequest): Promise<HttpAnswer> {
  const { method, url, headers = {}, body, timeoutMs } = request;
  let answer: HttpAnswer;
  try {
    const response = await fetch(url, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    answer = { status: response.status, text: await response.text() };
  } catch (error) {
    throw unreachable(`${method} ${url} failed: ${whyFetchFailed(error)}.`, request.mend, error);
  }
  if (isPassingFault(answer.status)) {
    throw unreachable(`${method} ${url} answered ${answer.status}: ${shortened(answer.text)}`, request.mend);
  }
  return answer;
}

export const isPassingFault = (status: number): boolean => status >= 500 || status === 408 || status === 429;

/** Node's fetch says only "fetch failed" and hides the reason in the cause. */
export function whyFetchFailed(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause: unknown = error.cause;
  if (!(cause instanceof Error)) return error.message;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  return cause.message === '' ? code : cause.message;
}

/** Enough of a body to know it by, on one line. */
export const shortened = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
};

const unreachable = (message: string, mend: string, cause?: unknown): LonghaulError =>
  new LonghaulError('Unreachable', message, { mend, cause });
