import type { PullRequestRef } from '../trigger.ts';

/** A pull request as it is now. */
export interface PullRequest extends PullRequestRef {
  readonly title: string;
  readonly url: string;
  readonly open: boolean;
  readonly draft: boolean;
  readonly commit: string;
  readonly baseBranch: string;
  readonly baseCommit: string;
  /** `owner/repo` of the head; null where that repository is gone. */
  readonly headProject: string | null;
  /** Commit of the base branch that it was merged as; absent until then. */
  readonly mergeCommit?: string;
  readonly author: string;
  /** As the forge says it: OWNER, MEMBER, COLLABORATOR, CONTRIBUTOR, FIRST_TIMER, FIRST_TIME_CONTRIBUTOR, NONE. */
  readonly authorAssociation: string;
}

export type Permission = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';

/** A line of code that a check has something to say about. Lines count from 1. */
export interface Annotation {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly startColumn?: number;
  readonly endColumn?: number;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly title: string;
  readonly message: string;
}

/** How a step stands, as the forge shows it beside a commit. `key` is stable: the same key is the same check. */
export interface Check {
  readonly project: string;
  readonly commit: string;
  /** Such as `longhaul / unit-tests`. */
  readonly name: string;
  /** Id of the run that it belongs to and the step: `ci/owner/repo/sha#unit-tests`. */
  readonly key: string;
  readonly state:
    | { readonly status: 'queued' | 'running' }
    | {
        readonly status: 'completed';
        readonly conclusion:
          'success' | 'failure' | 'neutral' | 'cancelled' | 'skipped' | 'timedOut' | 'actionRequired';
        /** ISO time. */
        readonly at: string;
      };
  readonly startedAt?: string;
  /** One line. */
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
  readonly detailsUrl?: string;
  readonly annotations: readonly Annotation[];
}

/** How a release stands in one environment. `key` is stable: the same key is the same deployment. */
export interface ForgeDeployment {
  readonly project: string;
  readonly commit: string;
  readonly environment: string;
  readonly key: string;
  readonly production: boolean;
  readonly state: 'queued' | 'inProgress' | 'success' | 'failure' | 'inactive';
  readonly description: string;
  /** Where the environment answers. */
  readonly url?: string;
  readonly logUrl?: string;
}

export interface ForgeComment {
  readonly author: string;
  readonly body: string;
  /** ISO times. */
  readonly writtenAt: string;
  readonly editedAt: string;
  /** Number of the pull request that it stands under, where the forge tells it. */
  readonly pullRequest?: number;
}

/** A webhook that the forge tried to deliver and could not. */
export interface FailedDelivery {
  /** Digits: GitHub's numbers are larger than a double holds. */
  readonly id: string;
  readonly guid: string;
  readonly deliveredAt: string;
  readonly status: string;
  readonly statusCode: number;
}

/**
 * The forge that a project lives on. Everything that is written is found again by its key or marker, compared, set and
 * read back, so that a second call after a lost answer writes nothing twice.
 * @throws LonghaulError Unreachable (passing, rate limits included), NotPermitted, NotFound, Rejected
 */
export interface Forge {
  pullRequest(ref: PullRequestRef): Promise<PullRequest>;
  /** Paths that the pull request changes, at most 3,000 (the forge's limit). */
  changedFiles(ref: PullRequestRef): Promise<readonly string[]>;
  /** The open and merged pull requests that have the commit, newest first. */
  pullRequestsOf(project: string, commit: string): Promise<readonly PullRequestRef[]>;
  permission(project: string, login: string): Promise<Permission>;
  /** Login of the author of a commit; null where the forge knows none. */
  authorOf(project: string, commit: string): Promise<string | null>;
  putCheck(check: Check): Promise<void>;
  /** Creates or updates the one comment with this marker. `body` is given what stands there now (null: nothing). */
  putComment(
    ref: PullRequestRef,
    marker: string,
    body: (standing: string | null) => string,
  ): Promise<{ readonly url: string }>;
  /** A comment as the forge has it now, which is its word for who wrote it; null when it is gone. */
  comment(project: string, comment: number): Promise<ForgeComment | null>;
  /** A reaction on a comment, once. */
  react(
    project: string,
    comment: number,
    content: '+1' | '-1' | 'eyes' | 'rocket' | 'confused',
  ): Promise<void>;
  putDeployment(deployment: ForgeDeployment): Promise<void>;
  /** Opens a pull request from `branch` (pushed already) unless there is or was one; resolves to its address. */
  openPullRequest(input: {
    readonly project: string;
    readonly branch: string;
    readonly base: string;
    readonly title: string;
    readonly body: string;
  }): Promise<{ readonly url: string; readonly number: number }>;
  /** Deliveries since `since` (ISO) whose newest try failed; null where the credentials cannot ask (a plain token). */
  failedDeliveries(since: string): Promise<readonly FailedDelivery[] | null>;
  redeliver(id: string): Promise<void>;
}
