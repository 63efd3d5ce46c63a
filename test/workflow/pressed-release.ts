import { condition, defineQuery, setHandler } from '@temporalio/workflow';
import { releaseUpdate } from '../../workflows/messages.ts';
import type { Answer, PersonMessage } from '../../workflows/messages.ts';

export { answer } from '../../workflows/answer.ts';

/** What a release has heard by update, in order. */
export const heard = defineQuery<readonly PersonMessage[]>('heard');

/** A release that takes approvals until one says `over`, and no rejection. */
export async function release(): Promise<void> {
  const all: PersonMessage[] = [];
  setHandler(heard, () => all);
  const hear = (message: PersonMessage, answer: Answer): Answer => {
    all.push(message);
    return answer;
  };
  setHandler(releaseUpdate('approve'), (message) =>
    hear(message, { accepted: true, message: 'approved, for <this> evidence' }),
  );
  setHandler(releaseUpdate('reject'), (message) =>
    hear(message, { accepted: false, message: 'bob is not among qa' }),
  );
  await condition(() => all.some(({ comment }) => comment === 'over'));
}
