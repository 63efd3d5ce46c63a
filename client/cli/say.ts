import type { PersonMessage, ReleaseMessage } from '../../workflows/messages.ts';
import type { CommandContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { printJson } from './output.ts';
import { currentPerson } from './person.ts';
import type { GlobalOptions, Session } from './session.ts';

/** Says a word to a release as the person who types, and tells the answer; a refusal sets the exit code. */
export async function say(
  { longhaul }: Session,
  id: string,
  message: ReleaseMessage,
  words: Pick<PersonMessage, 'comment' | 'evidence'>,
  options: GlobalOptions,
  { output, endWith }: CommandContext,
): Promise<void> {
  const answer = await longhaul.send(id, message, { by: await currentPerson(), from: 'cli', ...words });
  if (options.json === true) printJson(output, { id, said: message, ...answer });
  else if (answer.accepted) output.print(`${id}: ${answer.message}`);
  else output.printError(`${id} refuses \`${message}\`: ${answer.message}`);
  if (!answer.accepted) endWith(exitCodes.refused);
}
