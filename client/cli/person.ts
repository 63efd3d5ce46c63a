import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { git } from './git.ts';

/** Who types: git's address, else the account of this machine. Nobody vouches for it. */
export async function currentPerson(folder: string = process.cwd()): Promise<string> {
  const email = await git(['config', 'user.email'], folder).catch(() => null);
  if (email !== null && email !== '') return email;
  return process.env['USER'] ?? userInfo().username;
}

/**
 * Asks at the terminal; anything but y or yes is no, and so is Ctrl-D. Ctrl-C is the signal that it is elsewhere.
 * null: the question was withdrawn.
 */
export async function confirm(question: string, withdrawn?: AbortSignal): Promise<boolean | null> {
  const answer = await answerTo(`${question} [y/N] `, withdrawn);
  return answer === null ? null : /^y(es)?$/i.test(answer);
}

/** Asks for a word at the terminal; an empty answer, and Ctrl-D, is `otherwise`. */
export async function askFor(question: string, otherwise: string): Promise<string> {
  const answer = await answerTo(`${question} [${otherwise}] `);
  return answer === null || answer === '' ? otherwise : answer;
}

async function answerTo(prompt: string, withdrawn?: AbortSignal): Promise<string | null> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.once('SIGINT', () => {
    terminal.close();
    process.kill(process.pid, 'SIGINT');
  });
  const endLine = (): unknown => process.stderr.write('\n');
  withdrawn?.addEventListener('abort', endLine);
  try {
    const answer = await terminal.question(prompt, withdrawn === undefined ? {} : { signal: withdrawn });
    return answer.trim();
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) throw error;
    if (withdrawn?.aborted === true) return null;
    endLine();
    return '';
  } finally {
    withdrawn?.removeEventListener('abort', endLine);
    terminal.close();
  }
}
