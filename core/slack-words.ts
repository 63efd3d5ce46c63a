import type { ErrorType } from './errors.ts';

/** Slack's words for faults of its own, which pass. */
export const passingErrors: ReadonlySet<string> = new Set([
  'accesslimited',
  'fatal_error',
  'internal_error',
  'message_limit_exceeded',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);

const newToken =
  'Install the app again, and put its new bot token (`xoxb-…`) where `slack.token` of the operator’s file says.';
const join = 'Invite the app into the channel: /invite @longhaul';
const channel =
  'Set `slack.channel` of the operator’s file to the id of a channel (`C…`, at the end of the channel’s details), and ' +
  'invite the app there: a private channel is not found by those who are not in it.';
const allow =
  'Ask an owner of the workspace to allow the app, or an administrator of the channel to let it post.';

/** What a person does about a word of Slack's that no other try can mend. */
const permissions: ReadonlyMap<string, string> = new Map([
  ...(['not_authed', 'invalid_auth', 'token_revoked', 'token_expired', 'account_inactive'] as const).map(
    (word) => [word, newToken] as const,
  ),
  ['not_allowed_token_type', newToken],
  ['not_in_channel', join],
  ['channel_not_found', channel],
  ['is_archived', 'Bring the channel back, or set `slack.channel` of the operator’s file to another.'],
  ...(
    [
      'access_denied',
      'ekm_access_denied',
      'no_permission',
      'org_login_required',
      'restricted_action',
      'restricted_action_read_only_channel',
      'restricted_action_thread_only_channel',
      'restricted_action_non_threadable_channel',
      'team_access_not_granted',
    ] as const
  ).map((word) => [word, allow] as const),
]);

/** Words that say what the token or the app may not do, and those that say that a request is wrong. */
export const typeOf = (word: string): ErrorType =>
  word === 'missing_scope' || permissions.has(word) ? 'NotPermitted' : 'Rejected';

/** `needed` is the scope that Slack misses, where it names one. */
export const mendOf = (word: string, needed: string | undefined): string => {
  if (word === 'missing_scope')
    return `Give the app the scope ${needed ?? 'that docs/slack.md lists'}, and install it again.`;
  return permissions.get(word) ?? 'See docs/slack.md.';
};
