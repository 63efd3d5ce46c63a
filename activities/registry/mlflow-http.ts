import { z } from 'zod';
import { LonghaulError } from '../../core/errors.ts';
import type { ErrorType } from '../../core/errors.ts';
import { ask, shortened } from '../http.ts';
import type { HttpAnswer, HttpRequest } from '../http.ts';
import { jsonOrNull } from '../json.ts';

/** MLflow's REST API at one tracking server. Paths are below `/api/2.0`. */
export interface MlflowHttp {
  readonly trackingUri: string;
  get<T>(path: string, parameters: Readonly<Record<string, string>>, answer: z.ZodType<T>): Promise<T>;
  send<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body: object, answer: z.ZodType<T>): Promise<T>;
}

export const mendMlflow =
  'Start the local stack with `longhaul up`, or check mlflow.trackingUri in longhaul.server.yaml.';

/** An answer whose content does not matter. */
export const anyAnswer = z.unknown();

/**
 * Every request has a timeout (default 30 s) and is sent once. MLflow's error codes become Longhaul's: a resource
 * that does not exist is NotFound, one that exists already is Conflict, any other 4xx is Rejected.
 */
export function createMlflowHttp(trackingUri: string, timeoutMs = 30_000): MlflowHttp {
  const root = trackingUri.replace(/\/+$/, '');

  async function exchange<T>(
    method: HttpRequest['method'],
    url: string,
    body: object | null,
    schema: z.ZodType<T>,
  ): Promise<T> {
    const answer = await ask({
      method,
      url,
      ...(body === null
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      timeoutMs,
      mend: mendMlflow,
    });
    if (answer.status >= 300) throw refusal(`${method} ${url}`, answer);
    return parse(`${method} ${url}`, answer.text, schema);
  }

  return {
    trackingUri: root,
    get: (path, parameters, answer) => {
      const query = new URLSearchParams(parameters).toString();
      return exchange('GET', `${root}/api/2.0/${path}${query === '' ? '' : `?${query}`}`, null, answer);
    },
    send: (method, path, body, answer) => exchange(method, `${root}/api/2.0/${path}`, body, answer),
  };
}

const errorBody = z.object({ error_code: z.string(), message: z.string().default('') });

function refusal(request: string, answer: HttpAnswer): LonghaulError {
  const told = errorBody.safeParse(jsonOrNull(answer.text));
  if (!told.success) {
    return new LonghaulError('Rejected', `${request} answered ${answer.status}: ${shortened(answer.text)}`, {
      mend: 'Is it an MLflow server that mlflow.trackingUri of longhaul.server.yaml names?',
    });
  }
  const { error_code: code, message } = told.data;
  return new LonghaulError(typeOfCode(code), `MLflow refused ${request} (${code}): ${shortened(message)}`);
}

function typeOfCode(code: string): ErrorType {
  if (code === 'RESOURCE_DOES_NOT_EXIST' || code === 'NOT_FOUND') return 'NotFound';
  if (code === 'RESOURCE_ALREADY_EXISTS' || code === 'ALREADY_EXISTS') return 'Conflict';
  return 'Rejected';
}

function parse<T>(request: string, text: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(jsonOrNull(text));
  if (parsed.success) return parsed.data;
  throw new LonghaulError('Rejected', `${request} gave an answer unlike MLflow's: ${shortened(text)}`, {
    mend: 'Longhaul needs MLflow 3; check mlflow.trackingUri in longhaul.server.yaml.',
    cause: parsed.error,
  });
}

/** Resolves to null where the request fails with `type`; other failures stay failures. */
export async function nullOn<T>(type: ErrorType, request: Promise<T>): Promise<T | null> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof LonghaulError && error.type === type) return null;
    throw error;
  }
}

/** A value as a literal of MLflow's filter language, which knows no escapes. */
export function filterLiteral(value: string): string {
  if (!value.includes("'")) return `'${value}'`;
  if (!value.includes('"')) return `"${value}"`;
  throw new LonghaulError('Rejected', `MLflow cannot search for ${value}: it has both kinds of quotes.`, {
    mend: 'Use a name with at most one kind of quotes.',
  });
}
