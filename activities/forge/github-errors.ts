import { RequestError } from '@octokit/request-error';
import { LonghaulError } from '../../core/errors.ts';
import { isPassingFault, shortened, whyFetchFailed } from '../http.ts';

/** GitHub asks for at least a minute where it does not say how long. */
const unnamedWaitMs = 60_000;

/** An answer that says: not so many requests. GitHub says it as 403 or 429, by headers, or only in words. */
export function isLimit(error: unknown): error is RequestError {
  if (!(error instanceof RequestError) || (error.status !== 403 && error.status !== 429)) return false;
  const headers = error.response?.headers ?? {};
  return (
    error.status === 429 ||
    headers['retry-after'] !== undefined ||
    headers['x-ratelimit-remaining'] === '0' ||
    /rate limit/i.test(error.message)
  );
}

/** An installation that is gone or suspended, or a token that does not hold. */
export const isEnded = (error: unknown): boolean =>
  error instanceof RequestError &&
  (error.status === 401 || (error.status < 500 && error.request.url.includes('/app/installations/')));

/** When GitHub takes requests again, in milliseconds since 1970. */
export function limitedUntil({ response }: RequestError, now: number): number {
  const {
    'retry-after': after,
    'x-ratelimit-remaining': left,
    'x-ratelimit-reset': reset,
  } = response?.headers ?? {};
  if (after !== undefined && Number(after) > 0) return now + Number(after) * 1_000;
  if (left === '0' && reset !== undefined) return Math.max(now + 1_000, Number(reset) * 1_000);
  return now + unnamedWaitMs;
}

const limitMend = 'It is asked again then; a GitHub App has more requests an hour than a token.';

export const stillLimited = (
  { method, url }: { readonly method: string; readonly url: string },
  waitMs: number,
): LonghaulError =>
  new LonghaulError(
    'Unreachable',
    `${method} ${url} waits: GitHub takes no requests for ${Math.ceil(waitMs / 1_000)} s.`,
    { mend: limitMend, retryAfterMs: waitMs },
  );

/** What GitHub's refusal means to us, and how it is mended. What is one of ours already stays. */
export function toForgeError(
  error: unknown,
  where: {
    readonly method: string;
    readonly url: string;
    readonly apiUrl: string;
    readonly now: number;
    readonly renewable: boolean;
  },
): unknown {
  if (!(error instanceof RequestError)) return error;
  const { apiUrl, method, now } = where;
  const request = `${method} ${pathOf(error.request.url, apiUrl)}`;
  const { response, status } = error;
  if (response === undefined) {
    return new LonghaulError(
      'Unreachable',
      `GitHub does not answer ${request}: ${whyFetchFailed(error.cause)}.`,
      {
        mend: `It is tried again; see that this machine reaches ${apiUrl} (github.apiUrl of the operator’s file).`,
        cause: error.cause,
      },
    );
  }
  const said = `GitHub answered ${status} to ${request}: ${shortened(error.message)}`;
  if (isLimit(error)) {
    return new LonghaulError('Unreachable', said, {
      mend: limitMend,
      retryAfterMs: limitedUntil(error, now) - now,
    });
  }
  if (isPassingFault(status)) {
    return new LonghaulError('Unreachable', said, { mend: 'It is tried again; see githubstatus.com.' });
  }
  switch (status) {
    case 401:
      if (where.renewable && !request.includes(' /app/')) {
        return new LonghaulError('Unreachable', said, {
          mend: 'The App’s token has ended early; it gets another.',
        });
      }
      return new LonghaulError('NotPermitted', said, { mend: credentialsMend });
    case 403:
      return new LonghaulError('NotPermitted', said, { mend: permissionMend(response.headers) });
    case 404:
      return new LonghaulError('NotFound', said, { mend: hiddenMend });
    default:
      return new LonghaulError('Rejected', said);
  }
}

const credentialsMend =
  'Check github.app (id, privateKey) or github.token of the operator’s file, that they have not expired or been taken back, and this machine’s clock.';

const hiddenMend =
  'GitHub also answers so for what the credentials may not see: install the App on the repository, or give the token access to it.';

function permissionMend(headers: Readonly<Record<string, string | number | undefined>>): string {
  const accepted = headers['x-accepted-github-permissions'];
  const needed = accepted === undefined ? 'the permissions that docs/github.md lists' : `\`${accepted}\``;
  return `Give the App or the token ${needed}; new permissions of an App have to be accepted for each installation.`;
}

/** Enough to know a request by, without the address that all have in common. */
const pathOf = (url: string, apiUrl: string): string =>
  url.startsWith(apiUrl) ? url.slice(apiUrl.replace(/\/+$/, '').length) : url;
