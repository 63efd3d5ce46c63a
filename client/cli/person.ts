import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { git } from './git.ts';

/** Who types: git's address, else the account of this machine. Nobody vouches for it. */
export async function currentPerson(folder: string = process.cwd()): Promise<string> {
  const email = await git(['config', 'user.email'], folder).catch(() => null);
  if (email !== null && email !== '') return email;
  return process.env['USER'] ?? userInfo().username;
}

/** Asks at the terminal; anything but y or yes is no. */
export async function confirm(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
