/** Keys and indexes from the root of a file to a value. */
export type KeyPath = readonly (string | number)[];

/** Something wrong in a file: where it is, what is wrong, and what would be right. Line and column start at 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** As people write it: `release.canary.weights`, `ci.steps.lint.needs[0]`; empty for the whole file. */
  readonly key: string;
  readonly message: string;
  readonly hint: string;
}

/** `ci.steps.lint.needs[0]` from its parts. */
export const writeKey = (path: KeyPath): string =>
  path.reduce<string>((key, part) => {
    if (typeof part === 'number') return `${key}[${part}]`;
    return key === '' ? part : `${key}.${part}`;
  }, '');

/** Orders the problems of one file as they stand in it. */
export const byPlace = (a: Problem, b: Problem): number => a.line - b.line || a.column - b.column;
