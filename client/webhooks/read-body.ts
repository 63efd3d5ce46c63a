import type { IncomingMessage } from 'node:http';

/** GitHub sends no more than this, in bytes. */
export const largestBody = 25_000_000;

/**
 * The raw bytes of a request; null when they are more than `limit`. What is too much is taken and forgotten, since a
 * sender that is cut off in the middle never reads the answer.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes <= limit) pieces.push(piece);
    else pieces.length = 0;
  }
  return bytes > limit ? null : Buffer.concat(pieces, bytes);
}
