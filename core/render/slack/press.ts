/** The buttons of a question, and what a press of one says. */
import type { Evidence, ReleaseRecord } from '../../release.ts';
import { limits, plainText } from './blocks.ts';
import type { Block, Button } from './blocks.ts';
import { cutSlack, said } from './text.ts';

/** By the id that Slack tells with a press. */
export const pressWords = { longhaul_approve: 'approve', longhaul_reject: 'reject' } as const;
export type PressAction = keyof typeof pressWords;

/** Where the reason that a person has typed beside the buttons stands; Slack wants another `block_id` for each question. */
export const reasonField = { block: 'longhaul_reason', action: 'reason', longest: 500 } as const;

/** What a button carries: the question that it answers. */
export interface PressValue {
  readonly release: string;
  /** Digest of the evidence that the message shows. */
  readonly evidence: string;
}

/**
 * A field for the reason and the two buttons. It stands in the message itself: a dialog would have to be opened within
 * three seconds of the press, and one that could not be would lose it. Null where a button cannot carry the question.
 */
export function buttons(
  record: ReleaseRecord,
  { digest }: Pick<Evidence, 'digest'>,
): readonly Block[] | null {
  const value = JSON.stringify({ release: record.id, evidence: digest } satisfies PressValue);
  if (value.length > limits.buttonValue) return null;
  const mark = digest.replace(/^sha256:/, '').slice(0, 12);
  const asked = `Version ${record.candidateVersion ?? '?'} of ${record.model} goes to production.`;
  return [
    {
      ...{ type: 'input', block_id: `${reasonField.block}_${mark}`, optional: true },
      label: plainText('Reason (a rejection needs one)', limits.label),
      element: {
        ...{ type: 'plain_text_input', action_id: reasonField.action, max_length: reasonField.longest },
        placeholder: plainText('What the release should be remembered by', limits.label),
      },
    },
    {
      ...{ type: 'actions', block_id: `longhaul_answer_${mark}` },
      elements: [
        {
          ...button('longhaul_approve', 'Approve', value),
          style: 'primary',
          confirm: {
            title: plainText('Approve this release?', 100),
            text: plainText(asked, 300),
            confirm: plainText('Approve', 30),
            deny: plainText('Not yet', 30),
          },
        },
        { ...button('longhaul_reject', 'Reject', value), style: 'danger' },
      ],
    },
  ];
}

/** For the person alone who has pressed. */
export const answerInWords = ({
  accepted,
  message,
}: {
  readonly accepted: boolean;
  readonly message: string;
}): string =>
  accepted
    ? `:white_check_mark: Taken: ${cutSlack(said(message), 2000)}.`
    : `:no_entry_sign: Not taken: ${cutSlack(said(message), 2000)}.`;

const button = (action: PressAction, text: string, value: string): Button => ({
  ...{ type: 'button', action_id: action, value },
  text: plainText(text, limits.label),
});
