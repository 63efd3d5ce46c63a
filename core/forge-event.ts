/** What a forge tells, in Longhaul's words: only what decisions need, so that it fits into a workflow's input. */

/** Commits were pushed to a branch. */
export interface PushEvent {
  readonly kind: 'push';
  readonly project: string;
  readonly branch: string;
  /** All zeros where the branch is new. */
  readonly before: string;
  /** Head of the branch after it. */
  readonly commit: string;
  /** Login of who pushed. */
  readonly by: string;
}

/** A pull request was opened, got commits, was reopened or was closed. */
export interface PullRequestEvent {
  readonly kind: 'pullRequest';
  readonly project: string;
  readonly action: 'opened' | 'synchronize' | 'reopened' | 'ready' | 'closed';
  readonly number: number;
  /** Head of the pull request when this was told; what is there now is asked. */
  readonly commit: string;
  readonly by: string;
}

export const commandWords = ['retest', 'release', 'approve', 'reject', 'abort', 'ok-to-test'] as const;
export type CommandWord = (typeof commandWords)[number];

/** A comment on a pull request that has a line `/longhaul WORD …`. */
export interface CommandEvent {
  readonly kind: 'command';
  readonly project: string;
  readonly pullRequest: number;
  readonly comment: number;
  /** ISO time at which it was written. */
  readonly at: string;
  readonly by: string;
  /** Null: not a word that there is. */
  readonly word: CommandWord | null;
  /** What follows the word on its line, at most 500 characters. */
  readonly rest: string;
}

/** Someone pressed the button that runs a check again. */
export interface RerunEvent {
  readonly kind: 'rerun';
  readonly project: string;
  readonly commit: string;
  /** Branch that the check was for; null where the forge does not say (a fork's). */
  readonly branch: string | null;
  readonly by: string;
}

export type ForgeEvent = PushEvent | PullRequestEvent | CommandEvent | RerunEvent;

/** Whoever owns the data says that it has changed. */
export interface DataEvent {
  readonly kind: 'data';
  readonly project: string;
  readonly by: string;
  /** What they say of it, at most 500 characters. */
  readonly note: string;
}

/** A schedule's time has come. */
export interface ScheduleEvent {
  readonly kind: 'schedule';
  readonly project: string;
  /** Name of the schedule in the file. */
  readonly schedule: string;
}

export type TriggerEvent = ForgeEvent | DataEvent | ScheduleEvent;
