import { formatTime } from '../../core/time.ts';
import type { Proof } from '../../core/identity.ts';
import { checkMark } from '../../local/slack-mark.ts';
import type { WeighInput } from '../contracts.ts';
import type { Disproved, Proven } from './proven.ts';

/** A press of a button in Slack, by the mark of the server that has checked Slack's signature. */
export function provePress(
  signingSecret: string | null,
  { comment, evidence, release, sealedAt, word }: WeighInput,
  { at, mark, name, user }: Extract<Proof, { readonly kind: 'slackButton' }>,
): Proven | Disproved {
  if (signingSecret === null)
    return { reason: 'the operator’s file has no `slack.signingSecret`, so no press in Slack can be known' };
  const said = {
    ...(evidence === undefined ? {} : { evidence }),
    ...(comment === undefined ? {} : { comment }),
  };
  if (!checkMark(signingSecret, { release, word, user, name, at, ...said }, mark))
    return { reason: `the mark of the press is not that of \`${word}\` by ${name}, as it was sent` };
  if (Date.parse(at) < Date.parse(sealedAt))
    return {
      reason: `the button was pressed at ${formatTime(at)}, before the evidence was sealed at ${formatTime(sealedAt)}`,
    };
  return {
    identity: { provider: 'slack', id: user, name, verified: true },
    comment: comment ?? '',
    ...(evidence === undefined ? {} : { evidence }),
  };
}
