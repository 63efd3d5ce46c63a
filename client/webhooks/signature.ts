import { isUtf8 } from 'node:buffer';
import { Webhooks } from '@octokit/webhooks';

const written = /^sha256=[0-9a-f]{64}$/;

/** Whether the header looks like a signature at all, which is known before the body is read. */
export const isSignature = (header: string | string[] | undefined): header is string =>
  typeof header === 'string' && written.test(header);

/**
 * Whether `signature` is the HMAC-SHA256 of these very bytes, compared in constant time. Bytes that are no UTF-8 are
 * refused: turned into text, they would be the same as others that have been signed.
 */
export async function isSignedBy(secret: string, raw: Buffer, signature: string): Promise<boolean> {
  if (raw.length === 0 || !isUtf8(raw)) return false;
  return new Webhooks({ secret }).verify(raw.toString('utf8'), signature);
}
