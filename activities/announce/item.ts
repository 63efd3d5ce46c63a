import { createHash } from 'node:crypto';
import type { Told } from '../../core/announcement.ts';
import { canonicalJson } from '../../core/canonical-json.ts';

/** One thing that shall be seen somewhere, and how it gets there. */
export interface Item {
  readonly key: string;
  /** Of all that is seen: another digest is told anew. */
  readonly digest: string;
  /** `before`: what stands there now. */
  readonly tell: (before: Told | undefined) => Promise<Pick<Told, 'ref'>>;
}

export const digestOf = (seen: unknown): string =>
  createHash('sha256').update(canonicalJson(seen)).digest('hex').slice(0, 32);
