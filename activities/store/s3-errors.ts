import type { S3Config } from '../../config/store-config.ts';
import { LonghaulError } from '../../core/errors.ts';

/** What the SDK's errors, and Node's below them, have of what is asked for here. */
interface Seen {
  readonly name: string;
  readonly message: string;
  readonly code: string;
  readonly status: number | undefined;
}

const unreachableCodes = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'EPIPE'],
  ...['TimeoutError', 'RequestTimeout', 'SlowDown', 'ERR_STREAM_PREMATURE_CLOSE'],
]);
const expired = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'TokenRefreshRequired']);
const unknownCredentials = new Set([
  ...['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'InvalidToken', 'InvalidClientTokenId'],
]);

/** Whether a request failed because there is no such object; a bucket that is not there is another matter. */
export const isAbsent = (error: unknown): boolean => {
  const { name, status } = seenOf(error);
  return status === 404 && name !== 'NoSuchBucket';
};

/** Whether S3 did not write because the object is there already. */
export const isThereAlready = (error: unknown): boolean => seenOf(error).status === 412;

/** Whether a server has no conditional writes, or another one of the same object went on beside it. */
export const lacksConditions = (error: unknown): boolean => [409, 501].includes(seenOf(error).status ?? 0);

/** Whether the answer to a HEAD, which has no body, leaves open what was wrong. */
export const tellsNothing = (error: unknown): boolean => [400, 403].includes(seenOf(error).status ?? 0);

/** What a failed request to S3 means and how to mend it; `what` says what was tried. Other errors stay what they are. */
export function s3Failure(error: unknown, what: string, config: S3Config): unknown {
  const meaning = error instanceof LonghaulError ? null : meaningOf(seenOf(error), config);
  if (meaning === null) return error;
  const { type, why, mend } = meaning;
  return new LonghaulError(type, `S3 could not ${what}: ${why}.`, { mend, cause: error });
}

interface Meaning {
  readonly type: 'Unreachable' | 'NotPermitted' | 'Rejected' | 'InvalidConfig';
  readonly why: string;
  readonly mend: string;
}

function meaningOf(seen: Seen, config: S3Config): Meaning | null {
  const { name, code, status } = seen;
  const said = seen.message.replace(/\.$/, '');
  if (unreachableCodes.has(code) || unreachableCodes.has(name) || isPassing(status)) {
    const why = `it does not answer (${said || code})`;
    return { type: 'Unreachable', why, mend: mendOfUnreachable(seen, config) };
  }
  const ofCredentials = meaningOfCredentials(name, said);
  if (ofCredentials !== null) return { type: 'NotPermitted', ...ofCredentials };
  if (status === 403) {
    const mend = `Allow s3:GetObject, PutObject, DeleteObject and AbortMultipartUpload on the objects, and s3:ListBucket on the bucket ${config.bucket}.`;
    return { type: 'NotPermitted', why: `access was denied (${said})`, mend };
  }
  if (name === 'NoSuchBucket') {
    const why = `there is no bucket ${config.bucket}`;
    return { type: 'Rejected', why, mend: 'Create it, or correct `store.s3.bucket`.' };
  }
  if (/^Region (is missing|not accepted)/.test(said)) {
    const mend = 'Set `store.s3.region` or AWS_REGION.';
    return { type: 'InvalidConfig', why: 'no region is known', mend };
  }
  if (status === undefined) return null;
  const mend = 'Check `store.s3` in the operator’s file.';
  return { type: 'Rejected', why: `${status} ${name}: ${said}`, mend };
}

function meaningOfCredentials(name: string, said: string): Pick<Meaning, 'why' | 'mend'> | null {
  if (expired.has(name)) {
    const mend = 'Renew them; workers that have them from their environment need a new start.';
    return { why: 'the credentials have expired', mend };
  }
  if (unknownCredentials.has(name)) {
    const mend = 'Correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile.';
    return { why: `the credentials are not valid (${name})`, mend };
  }
  if (/^(CredentialsProvider|TokenProvider)Error$/.test(name)) {
    const mend = 'Give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or the machine a role.';
    return { why: `there are no credentials (${said})`, mend };
  }
  return null;
}

const isPassing = (status: number | undefined): boolean =>
  status !== undefined && (status >= 500 || status === 408 || status === 429);

function mendOfUnreachable({ code }: Seen, { endpoint, bucket, pathStyle }: S3Config): string {
  if (code === 'ENOTFOUND' && endpoint !== undefined && !pathStyle)
    return `It is tried again; if ${bucket}.${new URL(endpoint).hostname} is no name, set \`store.s3.pathStyle: true\`.`;
  return 'It is tried again; check the network, and `store.s3` in the operator’s file, if it goes on.';
}

function seenOf(error: unknown): Seen {
  if (!(error instanceof Error)) return { name: '', message: String(error), code: '', status: undefined };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const metadata = '$metadata' in error ? (error.$metadata as { httpStatusCode?: number }) : {};
  return { name: error.name, message: error.message, code, status: metadata.httpStatusCode };
}
