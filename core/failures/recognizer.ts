/** One failure that is known by the words that tools print for it. */
import type { Diagnosis } from '../step.ts';

/** The groups of the pattern that fitted; those that took no part are empty. */
type Told = string | ((...groups: readonly string[]) => string);

export interface Recognizer extends Pick<Diagnosis, 'id' | 'kind'> {
  readonly seen: RegExp;
  readonly cause: Told;
  readonly mend: Told;
}

/** What the first recognizer that fits says; null when none does. */
export const recognize = (table: readonly Recognizer[], output: string): Diagnosis | null => {
  for (const { id, kind, seen, cause, mend } of table) {
    const found = seen.exec(output);
    if (found === null) continue;
    const groups = found
      .slice(1)
      .map((group: string | undefined) => (group ?? '').replace(/\s+/g, ' ').trim());
    return { id, kind, cause: tell(cause, groups), mend: tell(mend, groups) };
  }
  return null;
};

const tell = (told: Told, groups: readonly string[]): string =>
  typeof told === 'string' ? told : told(...groups);
