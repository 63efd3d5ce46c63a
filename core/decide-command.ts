/** What a command in a comment does, and why not. */
import type { CommentCommand } from './comment-command.ts';
import { ciOf, ciOfPullRequest, short } from './decide-trigger.ts';
import type { Policy, PullRequestFacts } from './decide-trigger.ts';
import { commandWords } from './forge-event.ts';
import type { CommandEvent, CommandWord } from './forge-event.ts';
import type { ForgeComment, Permission } from './ports/forge.ts';
import { isStrangers } from './strangers.ts';
import { configurationOf } from './trigger-policy.ts';
import type { TriggerAction, TriggerDecision } from './trigger.ts';

export interface CommandFacts extends PullRequestFacts {
  /** As the forge gives it now; null when it is gone. */
  readonly comment: ForgeComment | null;
  /** What the comment says now; null when that is no command. */
  readonly command: CommentCommand | null;
  /** Of the comment's author. */
  readonly permission: Permission;
  /** Whether CI of the commit that would be released has passed. */
  readonly ciPassed: boolean;
}

const ranks: Readonly<Record<Permission, number>> = {
  none: 0,
  read: 1,
  triage: 2,
  write: 3,
  maintain: 4,
  admin: 5,
};

const needed: Readonly<Record<CommandWord, Permission>> = {
  retest: 'triage',
  release: 'write',
  approve: 'write',
  reject: 'write',
  abort: 'write',
  'ok-to-test': 'write',
};

/** Who is refused learns why; a comment that is gone or says nothing to Longhaul any more is left alone. */
export function decideCommand(event: CommandEvent, policy: Policy, facts: CommandFacts): TriggerDecision {
  const { comment, command, permission } = facts;
  if (comment === null) return { actions: [], told: ['The comment is gone.'] };
  if (command === null) return { actions: [], told: ['The comment says nothing to Longhaul any more.'] };
  const { word } = command;
  if (word === null) return refused(`There is no such command. These are: ${commandWords.join(', ')}.`);
  const least = isHotfix(command) ? 'maintain' : needed[word];
  if (ranks[permission] < ranks[least]) {
    return refused(
      `\`${word}\` takes the permission \`${least}\` on ${event.project}, and ${comment.author} has \`${permission}\`.`,
    );
  }
  return answers[word]({ ...facts, comment, command }, policy, event.project);
}

const isHotfix = ({ word, rest }: CommentCommand): boolean => word === 'release' && rest === 'hotfix';

const refused = (message: string): TriggerDecision => ({
  actions: [],
  told: [`Refused: ${message}`],
  answer: { accepted: false, message },
});

const accepted = ({ actions, told }: TriggerDecision): TriggerDecision => ({
  actions,
  told,
  answer: { accepted: true, message: told.join(' ') },
});

interface Asked extends CommandFacts {
  readonly comment: ForgeComment;
  readonly command: CommentCommand;
}

type Answer = (asked: Asked, policy: Policy, project: string) => TriggerDecision;

const answers: Readonly<Record<CommandWord, Answer>> = {
  retest: retest,
  release: release,
  approve: tell('approve'),
  reject: tell('reject'),
  abort: tell('abort'),
  'ok-to-test': okToTest,
};

function retest({ pullRequest, seen, comment }: Asked): TriggerDecision {
  const { number, open, commit } = pullRequest;
  if (!open) return refused(`#${number} is closed.`);
  if (isStrangers(pullRequest) && (seen?.commit !== commit || seen.ok === undefined)) {
    return refused(`Nobody has said yet that ${short(commit)} may be run: ${okSaid(commit)}`);
  }
  const run = { ...ciOfPullRequest(pullRequest, comment.author), cache: 'retry' } as const;
  return accepted(ciOf(run, 'none', '', pullRequest));
}

/**
 * Of the commit alone that is the head now and that the person has seen: named in full (two commits with one short name
 * are quickly made), or known before the word was written.
 */
function okToTest({ pullRequest, seen, comment, command }: Asked): TriggerDecision {
  const { number, open, commit, author } = pullRequest;
  if (!open) return refused(`#${number} is closed.`);
  if (!isStrangers(pullRequest)) return refused(`#${number} needs no ok: ${author} is known here.`);
  const isNamed = command.rest.toLowerCase() === commit;
  const isSeen = seen?.commit === commit && Date.parse(seen.since) < Date.parse(comment.writtenAt);
  if (!isNamed && !(isSeen && command.rest === '')) return lookAgain(number, commit);
  return accepted(ciOf(ciOfPullRequest(pullRequest, comment.author), 'none', '', pullRequest));
}

const lookAgain = (number: number, commit: string): TriggerDecision =>
  refused(
    `#${number} is at ${short(commit)}, which was not there to be seen when this was written. Look at it again, and say: ${okSaid(commit)}`,
  );

const okSaid = (commit: string): string => `\`/longhaul ok-to-test ${commit}\``;

/** Of what was merged, else of the head; CI first, where it has not passed. */
function release(asked: Asked, { policy, releases }: Policy, project: string): TriggerDecision {
  const { pullRequest, comment, command, ciPassed } = asked;
  const { number, open, baseBranch } = pullRequest;
  if (!releases) return refused('longhaul.yaml has no `release`.');
  const commit = releasedCommit(pullRequest);
  if (commit === null) return refused(`#${number} was closed without being merged.`);
  if (open && isStrangers(pullRequest)) {
    return refused(`#${number} is a stranger’s: merge it first, and its commit can be released.`);
  }
  const hotfix = isHotfix(command);
  if (ciPassed) {
    const action = { kind: 'release', project, commit, hotfix, by: comment.author } as const;
    return accepted({ actions: [action], told: [`Release of ${short(commit)}.`] });
  }
  const trigger = { kind: 'person', by: comment.author, ref: open ? `#${number}` : baseBranch } as const;
  const configuration = configurationOf(policy, baseBranch);
  const run = open
    ? ciOfPullRequest(pullRequest, comment.author)
    : { project, commit, trigger, ...(configuration === 'staging' ? {} : { configuration }) };
  const decided = ciOf(run, 'again', '', open ? pullRequest : undefined);
  if (!hotfix) return accepted(decided);
  return accepted({ ...decided, actions: decided.actions.map((action) => ({ ...action, hotfix: true })) });
}

/** The commit of a pull request that a release is of; null when it has none. */
export const releasedCommit = ({
  open,
  commit,
  mergeCommit,
}: Pick<Asked['pullRequest'], 'open' | 'commit' | 'mergeCommit'>): string | null =>
  open ? commit : (mergeCommit ?? null);

function tell(word: Extract<TriggerAction, { readonly kind: 'tell' }>['word']): Answer {
  return ({ pullRequest, comment, command }, _policy, project) => {
    const commit = releasedCommit(pullRequest);
    if (commit === null) return refused(`#${pullRequest.number} was closed without being merged.`);
    const action = {
      kind: 'tell',
      ...{ project, commit, word, reason: command.rest, login: comment.author },
    } as const;
    return accepted({ actions: [action], told: [`\`${word}\` of ${comment.author} to the release.`] });
  };
}
