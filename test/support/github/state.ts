/** What the fake GitHub holds. Tests read it, and change it as people would on GitHub's pages. */
import { createHash } from 'node:crypto';

export type Role = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none';

export interface FakePullRequest {
  readonly number: number;
  title: string;
  body: string;
  readonly branch: string;
  base: string;
  /** Head. */
  commit: string;
  baseCommit: string;
  author: string;
  association: string;
  /** `owner/repo` of the head; null: that repository is gone. */
  headProject: string | null;
  draft: boolean;
  state: 'open' | 'closed';
  merged: boolean;
  /** Paths; one `old => new` is a renamed file. */
  files: readonly string[];
}

export interface FakeReaction {
  readonly id: number;
  readonly by: string;
  readonly content: string;
}

export interface FakeComment {
  readonly id: number;
  readonly issue: number;
  readonly author: string;
  body: string;
  readonly createdAt: string;
  updatedAt: string;
  readonly byApp: boolean;
  readonly reactions: FakeReaction[];
}

export interface FakeAnnotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column?: number;
  readonly end_column?: number;
  readonly annotation_level: string;
  readonly title?: string;
  readonly message: string;
}

export interface FakeCheckRun {
  readonly id: number;
  readonly head_sha: string;
  name: string;
  external_id: string;
  details_url: string | null;
  status: string;
  conclusion: string | null;
  started_at: string | null;
  completed_at: string | null;
  title: string | null;
  summary: string | null;
  readonly annotations: FakeAnnotation[];
}

export interface FakeStatus {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly state: string;
  readonly description: string | null;
  readonly target_url: string | null;
  readonly creator: string;
  readonly createdAt: string;
}

export interface FakeDeploymentStatus {
  readonly id: number;
  readonly state: string;
  readonly description: string;
  readonly environment_url: string;
  readonly log_url: string;
  readonly createdAt: string;
}

export interface FakeDeployment {
  readonly id: number;
  readonly sha: string;
  readonly environment: string;
  readonly description: string;
  readonly payload: unknown;
  readonly production: boolean;
  readonly createdAt: string;
  /** Oldest first. */
  readonly statuses: FakeDeploymentStatus[];
}

/** Ids count on over everything that the fake holds. */
export interface Ids {
  next(): number;
}

/** One repository of the fake GitHub. */
export class FakeRepository {
  readonly owner: string;
  readonly name: string;
  readonly id: number;
  defaultBranch = 'main';
  /** False: the App is not installed on it, and a token does not see it. */
  reachable = true;
  readonly pullRequests: FakePullRequest[] = [];
  readonly comments: FakeComment[] = [];
  readonly checkRuns: FakeCheckRun[] = [];
  readonly statuses: FakeStatus[] = [];
  readonly deployments: FakeDeployment[] = [];
  /** Who else may do what; a login that is not here has `none`. */
  readonly roles = new Map<string, Role | (string & {})>();
  /** Authors by commit; null: GitHub knows no account for it. Commits that are not here have no author to tell. */
  readonly authors = new Map<string, string | null>();
  /** Pull requests that have a commit besides those whose head it is. */
  readonly pullRequestsByCommit = new Map<string, readonly number[]>();
  readonly #ids: Ids;

  constructor(fullName: string, ids: Ids) {
    const [owner = '', name = ''] = fullName.split('/');
    this.owner = owner;
    this.name = name;
    this.#ids = ids;
    this.id = ids.next();
  }

  get fullName(): string {
    return `${this.owner}/${this.name}`;
  }

  /** Opens a pull request, as its author would. */
  openPullRequest(given: Partial<FakePullRequest> = {}): FakePullRequest {
    const number = given.number ?? 1 + Math.max(0, ...this.pullRequests.map((one) => one.number));
    const pullRequest: FakePullRequest = {
      number,
      title: `Change ${number}`,
      body: '',
      branch: `change-${number}`,
      base: this.defaultBranch,
      commit: digits(`${this.fullName}#${number}`),
      baseCommit: digits(`${this.fullName} ${this.defaultBranch}`),
      author: 'ann',
      association: 'MEMBER',
      headProject: this.fullName,
      draft: false,
      state: 'open',
      merged: false,
      files: [],
      ...given,
    };
    this.pullRequests.push(pullRequest);
    return pullRequest;
  }

  /** Writes a comment on a pull request or issue, as a person would. */
  comment(given: {
    readonly issue: number;
    readonly author: string;
    readonly body: string;
    readonly byApp?: boolean;
  }): FakeComment {
    const now = new Date().toISOString();
    const comment: FakeComment = {
      ...{ byApp: false, ...given },
      id: this.#ids.next(),
      ...{ createdAt: now, updatedAt: now, reactions: [] },
    };
    this.comments.push(comment);
    return comment;
  }

  /** Removes a comment, as a person would. */
  removeComment(id: number): void {
    const at = this.comments.findIndex((comment) => comment.id === id);
    if (at >= 0) this.comments.splice(at, 1);
  }
}

/** Forty hex digits that stand for a commit. */
export const digits = (of: string): string => createHash('sha1').update(of).digest('hex');
