/** What an event starts: pure decisions over the policy of the base branch and what git and the forge say now. */
import type { CiRunInput, Trigger } from './ci.ts';
import { filePatterns } from './file-patterns.ts';
import type { DataEvent, PullRequestEvent, PushEvent, RerunEvent, ScheduleEvent } from './forge-event.ts';
import type { PullRequest } from './ports/forge.ts';
import { isStrangers } from './strangers.ts';
import { choosesBranch, configurationOf } from './trigger-policy.ts';
import type { TriggerPolicy } from './trigger-policy.ts';
import type { StrangersCommit, TriggerAction, TriggerDecision } from './trigger.ts';

/** What of a project's file decides. */
export interface Policy {
  readonly policy: TriggerPolicy;
  /** Whether the file has a `release`. */
  readonly releases: boolean;
}

export const short = (commit: string): string => commit.slice(0, 12);

export const nothing = (why: string): TriggerDecision => ({ actions: [], told: [why] });

/**
 * CI of the pushed commit, and a release of it where the branch's green commits are released or its data has changed.
 * @param facts.held whether the branch holds the commit now; a branch that is gone holds nothing
 * @param facts.changed paths that the push changed; null where nobody can tell, as for a new branch
 */
export function decidePush(
  event: PushEvent,
  { policy, releases }: Policy,
  facts: { readonly held: boolean; readonly changed: readonly string[] | null },
): TriggerDecision {
  const { project, branch, commit, by } = event;
  if (/^0+$/.test(commit)) return nothing(`${branch} was deleted.`);
  if (!facts.held) return nothing(`${branch} does not hold ${short(commit)} any more.`);
  const isData = branch === policy.data.branch && (facts.changed ?? []).some(filePatterns(policy.data.files));
  const runsCi = choosesBranch(policy.push, branch);
  if (!runsCi && !isData) return nothing(`triggers.push of longhaul.yaml does not name ${branch}.`);
  const release = releases && ((isData && policy.data.release) || choosesBranch(policy.release, branch));
  const trigger: Trigger = { kind: isData ? 'dataChange' : 'push', by, ref: branch };
  const what = isData ? 'The data has changed: ' : '';
  return ciOf({ project, commit, trigger, ...configured(policy, branch) }, release ? 'first' : 'none', what);
}

/** Whether the schedules may have to change: they are those of the file on the repository's own branch. */
export const mayChangeSchedules = (changed: readonly string[] | null, file: string): boolean =>
  changed === null || changed.includes(file);

/** What is known of a pull request when it is decided about. */
export interface PullRequestFacts {
  readonly pullRequest: PullRequest;
  /** Of a stranger's: the head that was seen, and its ok; null when none was. */
  readonly seen: StrangersCommit | null;
}

/** CI of the head, at once for those who are known, else once somebody said that this commit may be run. */
export function decidePullRequest(
  event: PullRequestEvent,
  { policy }: Policy,
  facts: PullRequestFacts,
): TriggerDecision {
  const { pullRequest } = facts;
  const { number, commit, baseBranch } = pullRequest;
  if (event.action === 'closed' || !pullRequest.open) return nothing(`#${number} is closed.`);
  if (commit !== event.commit)
    return nothing(`#${number} is at ${short(commit)} by now, not at ${short(event.commit)}.`);
  if (event.action === 'ready') return nothing(`CI of #${number} has run while it was a draft.`);
  if (!choosesBranch(policy.pullRequest, baseBranch))
    return nothing(`triggers.pullRequest of longhaul.yaml does not name ${baseBranch}.`);
  if (isStrangers(pullRequest) && !hasOk(facts)) return waitsForOk(pullRequest);
  return ciOf(ciOfPullRequest(pullRequest, event.by), 'none', '', pullRequest);
}

const hasOk = ({ pullRequest, seen }: PullRequestFacts): boolean =>
  seen?.commit === pullRequest.commit && seen.ok !== undefined;

const waitsForOk = ({ project, number, commit, author }: PullRequest): TriggerDecision => ({
  actions: [{ kind: 'wait', pullRequest: { project, number }, commit, author }],
  told: [
    `#${number} of ${author} runs nothing until somebody with the permission \`write\` has looked at ${short(commit)} and says: /longhaul ok-to-test ${commit}`,
  ],
});

/** CI of the head of a pull request, always with staging's configuration: what `main` is configured with is not for it. */
export function ciOfPullRequest(pullRequest: PullRequest, by: string): CiRunInput {
  const { project, number, commit } = pullRequest;
  const trigger: Trigger = { kind: 'pullRequest', by, ref: `#${number}` };
  const run = { project, commit, trigger, pullRequest: number };
  return isStrangers(pullRequest) ? { ...run, untrusted: true } : run;
}

/**
 * CI of a commit once more, of which what has passed is taken over; a green commit is released if it was not yet.
 * @param facts.pullRequests those whose head the commit is
 * @param facts.branches those that hold the commit
 */
export function decideRerun(
  event: RerunEvent,
  { policy, releases }: Policy,
  facts: { readonly pullRequests: readonly PullRequestFacts[]; readonly branches: readonly string[] },
): TriggerDecision {
  const { project, commit, by } = event;
  const [asked] = facts.pullRequests.filter(({ pullRequest }) => pullRequest.open);
  if (asked !== undefined) {
    const { pullRequest } = asked;
    if (isStrangers(pullRequest) && !hasOk(asked)) return waitsForOk(pullRequest);
    return ciOf({ ...ciOfPullRequest(pullRequest, by), cache: 'retry' }, 'none', '', pullRequest);
  }
  const branch = facts.branches.find((name) => name === event.branch) ?? facts.branches[0];
  if (branch === undefined) return nothing(`${short(commit)} is on no branch of ${project} any more.`);
  const release = releases && choosesBranch(policy.release, branch);
  const trigger: Trigger = { kind: 'person', by, ref: branch };
  const run = { project, commit, trigger, cache: 'retry', ...configured(policy, branch) } as const;
  return ciOf(run, release ? 'first' : 'none', '');
}

/** CI and a new training with what the data is now: no step takes over what came of it before. */
export function decideData(
  event: DataEvent | ScheduleEvent,
  { policy, releases }: Policy,
  { head }: { readonly head: string | null },
): TriggerDecision {
  const { branch, release } = policy.data;
  if (head === null) return nothing(`There is no branch ${branch}.`);
  const by = event.kind === 'data' ? event.by : event.schedule;
  const trigger: Trigger = { kind: 'dataChange', by, ref: branch };
  const run: CiRunInput = {
    ...{ project: event.project, commit: head, trigger, cache: 'ignore' },
    ...configured(policy, branch),
  };
  return ciOf(run, release && releases ? 'again' : 'none', 'The data has changed: ');
}

/** What two looks at the source of the data come to. */
export function decideLook(
  event: ScheduleEvent,
  policy: Policy,
  facts: { readonly head: string | null; readonly before: string | null; readonly digest: string },
): TriggerDecision {
  const { before, digest, head } = facts;
  if (before === null) return nothing('This was the first look at the source of the data.');
  if (before === digest) return nothing('The source of the data is as it was.');
  return decideData(event, policy, { head });
}

/** CI of the newest commit of the schedule's branch. */
export function decideSchedule(
  event: ScheduleEvent,
  { policy, releases }: Policy,
  { head }: { readonly head: string | null },
): TriggerDecision {
  const schedule = Object.hasOwn(policy.schedules, event.schedule)
    ? policy.schedules[event.schedule]
    : undefined;
  if (schedule === undefined)
    return nothing(`longhaul.yaml has no schedule ${event.schedule} any more: longhaul schedules sync`);
  const { branch, cache, release } = schedule;
  if (head === null) return nothing(`There is no branch ${branch}.`);
  const trigger: Trigger = { kind: 'schedule', by: event.schedule, ref: branch };
  const run: CiRunInput = {
    ...{ project: event.project, commit: head, trigger, cache },
    ...configured(policy, branch),
  };
  const { actions, told } = ciOf(run, release && releases ? 'again' : 'none', '');
  return { actions: actions.map((action) => ({ ...action, awaited: true })), told };
}

const configured = (policy: TriggerPolicy, branch: string): Pick<CiRunInput, 'configuration'> => {
  const configuration = configurationOf(policy, branch);
  return configuration === 'staging' ? {} : { configuration };
};

export function ciOf(
  run: CiRunInput,
  release: Extract<TriggerAction, { readonly kind: 'ci' }>['release'],
  what: string,
  supersedes?: PullRequest,
): TriggerDecision & { readonly actions: readonly Extract<TriggerAction, { readonly kind: 'ci' }>[] } {
  const { project, number } = supersedes ?? { project: run.project, number: 0 };
  const told = [
    `CI of ${short(run.commit)}`,
    ...(run.trigger.ref === undefined ? [] : [` on ${run.trigger.ref}`]),
    ...(run.untrusted === true ? [', without secrets'] : []),
    ...(release === 'none' ? [] : [', then its release if it passes']),
  ].join('');
  return {
    actions: [
      { kind: 'ci', run, release, ...(supersedes === undefined ? {} : { supersedes: { project, number } }) },
    ],
    told: [`${what}${told}.`],
  };
}
