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

/** What a failed request to S3 means and how to mend it; `what` says what was tried. */
export function s3Failure(error: unknown, what: string, config: S3Config): unknown {
  if (error instanceof LonghaulError) return error;
  const seen = seenOf(error);
  const told = (
    type: 'Unreachable' | 'NotPermitted' | 'Rejected' | 'InvalidConfig',
    why: string,
    mend: string,
  ) => new LonghaulError(type, `S3 could not ${what}: ${why}.`, { mend, cause: error });
  const said = seen.message.replace(/\.$/, '');

  if (expired.has(seen.name))
    return told(
      'NotPermitted',
      'the credentials have expired',
      'Renew them; workers that have them from their environment need a new start.',
    );
  if (unknownCredentials.has(seen.name))
    return told(
      'NotPermitted',
      `the credentials are not valid (${seen.name})`,
      'Correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or the profile.',
    );
  if (/^(CredentialsProvider|TokenProvider)Error$/.test(seen.name))
    return told(
      'NotPermitted',
      `there are no credentials (${said})`,
      'Give AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or the machine a role.',
    );
  if (seen.name === 'NoSuchBucket')
    return told(
      'Rejected',
      `there is no bucket ${config.bucket}`,
      'Create it, or correct `store.s3.bucket`.',
    );
  if (seen.message === 'Region is missing')
    return told('InvalidConfig', 'no region is known', 'Set `store.s3.region` or AWS_REGION.');
  if (unreachableCodes.has(seen.code) || unreachableCodes.has(seen.name) || isPassing(seen.status))
    return told('Unreachable', `it does not answer (${said || seen.code})`, mendOfUnreachable(seen, config));
  if (seen.status === 403)
    return told(
      'NotPermitted',
      `access was denied (${said})`,
      `Allow s3:GetObject, PutObject, DeleteObject and AbortMultipartUpload on the objects, and s3:ListBucket on the bucket ${config.bucket}.`,
    );
  if (seen.status !== undefined)
    return told(
      'Rejected',
      `${seen.status} ${seen.name}: ${said}`,
      'Check `store.s3` in the operator’s file.',
    );
  return error;
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
