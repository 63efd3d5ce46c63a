/** What an event comes to under the policy of a project's file. */
import type { CiRunInput } from './ci.ts';
import type { TriggerEvent } from './forge-event.ts';
import type { StepSpec } from './step.ts';

/** Input of the `trigger` workflow. Its id is made of the digest of what arrived, so a repeat starts nothing. */
export interface TriggerInput {
  readonly event: TriggerEvent;
  /** `X-GitHub-Delivery`: not signed, so it is told and never trusted. */
  readonly delivery?: string;
}

/** One thing that a trigger does. */
export type TriggerAction =
  /** Runs CI, unless `supersedes` says a pull request whose head is another commit by now. */
  | {
      readonly kind: 'ci';
      readonly run: CiRunInput;
      /** Whether a release follows if it passes: the first of the commit, or one more for what is new beside the code. */
      readonly release: 'none' | 'first' | 'again';
      /** Goes before others that wait for the same lane. */
      readonly hotfix?: true;
      /** Older runs of this pull request make way. */
      readonly supersedes?: PullRequestRef;
      /** The trigger ends with the run, so that a schedule knows whether the last one still goes on. */
      readonly awaited?: true;
    }
  /** A stranger's commit waits for an ok: older runs of its pull request make way, and it is told there. */
  | {
      readonly kind: 'wait';
      readonly pullRequest: PullRequestRef;
      readonly commit: string;
      readonly author: string;
    }
  /** Schedules as the file now says. */
  | { readonly kind: 'schedules'; readonly project: string }
  /** A release of a commit whose CI has passed already. */
  | {
      readonly kind: 'release';
      readonly project: string;
      readonly commit: string;
      readonly hotfix: boolean;
      readonly by: string;
    }
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

/** What a trigger will do, decided before it does any of it. */
export interface TriggerDecision {
  readonly actions: readonly TriggerAction[];
  /** A sentence for each action, or why there is none. */
  readonly told: readonly string[];
  /** Of a command in a comment: whether it is taken, and the reason when it is not. */
  readonly answer?: { readonly accepted: boolean; readonly message: string };
  /** Of a schedule that compares data: the look that decides. */
  readonly look?: DataLook;
}

/** A step that looks at the source of the data, at the newest commit of its branch. */
export interface DataLook {
  readonly commit: string;
  readonly overlay: Readonly<Record<string, string>>;
  readonly step: StepSpec;
}

/** What the source of a project's data was seen as. */
export interface DataSeen {
  readonly digest: string;
  /** ISO time. */
  readonly at: string;
}

/** What is kept of a pull request whose code is a stranger's. */
export interface StrangersCommit {
  /** The head that was seen last. */
  readonly commit: string;
  /** ISO time since when it is known. */
  readonly since: string;
  /** Whoever said that this commit may be run. */
  readonly ok?: { readonly by: string; readonly at: string };
}
