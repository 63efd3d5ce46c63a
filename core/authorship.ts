/** Whether a person wrote what is released. */
import type { Answerer } from './approval.ts';

/** How a person is known: a login of the forge, addresses. */
export interface Accounts {
  readonly login?: string;
  readonly emails: readonly string[];
}

/** Whoever wrote the commit, or opened the pull request that brought it, as far as is known. */
export interface Authors {
  readonly logins: readonly string[];
  readonly emails: readonly string[];
}

/** An address that GitHub gives to an account has its login in it: `12345+ann@users.noreply.github.com`. */
export const loginOfAddress = (email: string): string | null =>
  /^(?:\d+\+)?([a-z\d-]+)@users\.noreply\.github\.com$/i.exec(email)?.[1]?.toLowerCase() ?? null;

/** `unknown` where nothing is known of both by which they could be told apart. Case does not count. */
export const authorship = (person: Accounts, authors: Authors): Answerer['author'] => {
  const [logins, emails] = [authors.logins.map(lower), authors.emails.map(lower)];
  const login = person.login === undefined ? undefined : lower(person.login);
  if (login !== undefined && logins.includes(login)) return 'yes';
  if (person.emails.some((email) => emails.includes(lower(email)))) return 'yes';
  const byLogin = login !== undefined && logins.length > 0;
  const byAddress = person.emails.length > 0 && emails.length > 0;
  return byLogin || byAddress ? 'no' : 'unknown';
};

const lower = (text: string): string => text.toLowerCase();
