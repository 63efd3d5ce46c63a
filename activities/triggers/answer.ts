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
    () => `@${event.by}: \`/longhaul ${event.word ?? ''}\` was refused. ${inOneLine(message)}`,
  );
}

export async function tellWaiting(
  forge: Forge | null,
  { pullRequest, message }: Parameters<TriggerActivities['tellWaiting']>[0],
): Promise<void> {
  await forge?.putComment(pullRequest, 'longhaul-ok-to-test', () => inOneLine(message));
}

/** A line that begins with `/longhaul` would be a command of Longhaul's own account. */
const inOneLine = (message: string): string => message.replaceAll(/\s+/g, ' ').trim();

const reactions = { seen: 'eyes', done: '+1', refused: '-1' } as const satisfies Readonly<
  Record<AnswerInput['state'], Parameters<Forge['react']>[2]>
>;
