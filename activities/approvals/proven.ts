import type { Identity } from '../../core/identity.ts';

/** An answer that a provider vouches for. */
export interface Proven {
  readonly identity: Identity;
  /** The evidence that the person named. */
  readonly evidence?: string;
  readonly comment: string;
}

/** Why nobody vouches for it, for the record. */
export interface Disproved {
  readonly reason: string;
}
