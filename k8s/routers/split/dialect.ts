import type { Track } from '../../../core/serving.ts';
import type { Manifest } from '../../api/cluster.ts';

/** A part of an object, kept as it came: what is not Longhaul's is never read further. */
export type Fields = Readonly<Record<string, unknown>>;

/** What a destination is to the lane; `both`: the Service without a track; `other`: not the lane's. */
export type Role = Track | 'both' | 'other';

/** How one kind of routing object writes rules, destinations and weights. */
export interface Dialect {
  /** Field of `spec` that lists the rules. */
  readonly rules: string;
  /** Field of a rule that lists its destinations. */
  readonly destinations: string;
  readonly roleOf: (destination: Fields) => Role;
  /** The destination, of any role but `other`, for one track; all else in it stays. */
  readonly toTrack: (destination: Fields, track: Track) => Fields;
  /** Whether Longhaul has made the rule, so that a header reaches the candidate. */
  readonly isHeaderRule: (rule: Fields) => boolean;
  /** As `rule`, for requests with the header, to the candidate alone. `count`: such rules before it. */
  readonly headerRule: (rule: Fields, candidate: Fields, count: number) => Fields;
  /** What a destination is called in words. */
  readonly nameOf: (destination: Fields) => string;
  /** What a candidate gets of a route that names the Service alone, in words. */
  readonly strayShare: string;
  /** What is looked for, and how a rule is added, in words. */
  readonly lookedFor: string;
  readonly example: string;
}

/** A request with this header gets the candidate's answer. */
export const candidateHeader = { name: 'canary', value: 'true' } as const;

export const fieldsOf = (object: Fields, field: string): Fields =>
  isFields(object[field]) ? object[field] : {};

export const listOf = (object: Fields, field: string): readonly Fields[] =>
  Array.isArray(object[field]) ? object[field].filter(isFields) : [];

export const rulesOf = ({ rules }: Dialect, object: Manifest): readonly Fields[] =>
  listOf(fieldsOf(object, 'spec'), rules);

/** A field as people read it. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
