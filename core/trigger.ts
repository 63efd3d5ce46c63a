/** What starts what: the policy of a project's file, and what an event comes to under it. */
import type { CiRunInput } from './ci.ts';
import type { TriggerEvent } from './forge-event.ts';

/** Input of the `trigger` workflow. Its id is made of the digest of what arrived, so a repeat starts nothing. */
export interface TriggerInput {
  readonly event: TriggerEvent;
  /** `X-GitHub-Delivery`: not signed, so it is told and never trusted. */
  readonly delivery?: string;
}

/** One thing that a trigger does. */
export type TriggerAction =
  /** Runs CI; `release`: a release follows if it passes; `supersedes`: older runs of this pull request end. */
  | {
      readonly kind: 'ci';
      readonly run: CiRunInput;
      readonly release: boolean;
      readonly supersedes?: PullRequestRef;
    }
  /** A release of a commit whose CI has passed already. */
  | { readonly kind: 'release'; readonly project: string; readonly commit: string; readonly hotfix: boolean }
  /** A person's word to the open release of a commit. */
  | {
      readonly kind: 'tell';
      readonly project: string;
      readonly commit: string;
      readonly word: 'approve' | 'reject' | 'abort';
      readonly reason: string;
      readonly login: string;
    };

export interface PullRequestRef {
  readonly project: string;
  readonly number: number;
}

/** What came of a trigger, for people; kept as the workflow's result. */
export interface TriggerResult {
  /** A sentence for each action, or why there is none. */
  readonly told: readonly string[];
  readonly started: readonly string[];
}
