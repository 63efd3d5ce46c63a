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
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.once('SIGINT', () => {
    terminal.close();
    process.kill(process.pid, 'SIGINT');
  });
  const endLine = (): unknown => process.stderr.write('\n');
  withdrawn?.addEventListener('abort', endLine);
  try {
    const options = withdrawn === undefined ? {} : { signal: withdrawn };
    const answer = await terminal.question(`${question} [y/N] `, options);
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) throw error;
    if (withdrawn?.aborted === true) return null;
    endLine();
    return false;
  } finally {
    withdrawn?.removeEventListener('abort', endLine);
    terminal.close();
  }
}
