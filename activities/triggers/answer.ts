import { pullRequestMarker } from '../../core/ids.ts';
import type { Forge } from '../../core/ports/forge.ts';
import { commentWithRefusal, waitingComment } from '../../core/render/forge/answers.ts';
import type { TriggerActivities } from '../contracts.ts';

type AnswerInput = Parameters<TriggerActivities['answerCommand']>[0];

/** A reaction for each state; a refusal also has its reason, in the one comment of the pull request. */
export async function answerCommand(
  forge: Forge | null,
  { event, state, message }: AnswerInput,
): Promise<void> {
  if (forge === null) return;
  const { project, pullRequest: number, comment, at, by, word, rest } = event;
  await forge.react(project, comment, reactions[state]);
  if (state !== 'refused') return;
  const command = `/longhaul ${word ?? ''} ${rest}`.trim();
  await forge.putComment({ project, number }, pullRequestMarker, (standing) =>
    commentWithRefusal({ comment, at, by, command, reason: message }, standing),
  );
}

const reactions = { seen: 'eyes', done: '+1', refused: '-1' } as const satisfies Readonly<
  Record<AnswerInput['state'], Parameters<Forge['react']>[2]>
>;

export async function tellWaiting(
  forge: Forge | null,
  { pullRequest, commit, author }: Parameters<TriggerActivities['tellWaiting']>[0],
): Promise<void> {
  await forge?.putComment(pullRequest, pullRequestMarker, (standing) =>
    waitingComment({ commit, author }, standing),
  );
}
