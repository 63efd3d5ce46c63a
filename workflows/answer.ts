import { log, workflowInfo } from '@temporalio/workflow';
import { presses } from './activities.ts';
import { failureReason } from './failure-reason.ts';
import type { AnswerInput } from './inputs.ts';
import type { Answer } from './messages.ts';

/**
 * A press of a button in Slack on its way to its release. Slack has its answer long before; the person hears from here
 * what came of it, a refusal included.
 */
export async function answer(input: AnswerInput): Promise<Answer> {
  const said = await say(input);
  const { channel, thread, user } = input;
  try {
    const place = { channel, user, ...(thread === undefined ? {} : { thread }) };
    await presses('tell the person').whisperAnswer({ ...place, answer: said });
  } catch (error) {
    log.warn('the person is not told what came of a press', { reason: failureReason(error) });
  }
  return said;
}

async function say({ release, word, message }: AnswerInput): Promise<Answer> {
  if (word === 'reject' && (message.comment ?? '') === '') return unreasoned;
  const key = workflowInfo().workflowId;
  try {
    return await presses(`${word}, says ${message.by}`).sayToRelease({ release, word, message, key });
  } catch (error) {
    return { accepted: false, message: failureReason(error) };
  }
}

const unreasoned: Answer = {
  accepted: false,
  message: 'a rejection needs a reason: write it into the field above the buttons, and press Reject again',
};
