import { LonghaulError } from '../../core/errors.ts';
import type { Notifier } from '../../core/ports/notifier.ts';
import { answerInWords } from '../../core/render/slack/press.ts';
import type { Answer, PersonMessage } from '../../workflows/messages.ts';
import type { PressActivities } from '../contracts.ts';

/** What a person has pressed in Slack, said to its release, and what came of it said to the person. */
export function createPressActivities({
  notifier,
  send,
}: {
  readonly notifier: Notifier | null;
  /** Of the typed client, which a worker hands in; the same `key` says a thing once. */
  readonly send: (
    release: string,
    word: 'approve' | 'reject',
    person: PersonMessage,
    key: string,
  ) => Promise<Answer>;
}): PressActivities {
  return {
    /** That the release has ended, or cannot be told this, is an answer as well. */
    async sayToRelease({ release, word, message, key }) {
      try {
        return await send(release, word, message, key);
      } catch (error) {
        if (!(error instanceof LonghaulError) || error.type === 'Unreachable') throw error;
        return { accepted: false, message: error.message };
      }
    },

    async whisperAnswer({ answer, ...whisper }) {
      await notifier?.whisper({ ...whisper, text: answerInWords(answer) });
    },
  };
}
