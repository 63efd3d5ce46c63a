import type { Forge } from '../../core/ports/forge.ts';
import type { TriggerActivities } from '../contracts.ts';

type AnswerInput = Parameters<TriggerActivities['answerCommand']>[0];

/** A reaction for each state; of a refusal also the reason, in a comment that a second call finds again. */
export async function answerCommand(
  forge: Forge | null,
  { event, state, message }: AnswerInput,
): Promise<void> {
  if (forge === null) return;
  const { project, pullRequest: number, comment } = event;
  await forge.react(project, comment, reactions[state]);
  if (state !== 'refused') return;
  await forge.putComment(
    { project, number },
    `longhaul-answer-${comment}`,
    () => `@${event.by}: \`/longhaul ${event.word ?? ''}\` was refused. ${message}`,
  );
}

const reactions = { seen: 'eyes', done: '+1', refused: '-1' } as const satisfies Readonly<
  Record<AnswerInput['state'], Parameters<Forge['react']>[2]>
>;
