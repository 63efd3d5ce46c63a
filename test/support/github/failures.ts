/** How a request goes wrong. */
export type Failure =
  /** Answered so; nothing is done. */
  | { readonly answer: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** `lost`: done, and the connection ends before the answer. `unheard`: it ends before anything is done. */
  | 'lost'
  | 'unheard'
  /** Done, told to the test, and answered once it says so. */
  | { readonly held: Promise<unknown>; readonly done?: (value: null) => void };

export interface Expected {
  /** Such as `checks/create`; absent: any. */
  readonly operation?: string;
  readonly method?: string;
  /** How many requests of those that match pass before; 0 when absent. */
  readonly after?: number;
  /** How many fail then; 1 when absent. */
  readonly times?: number;
  readonly how: Failure;
}

/** Failures that a test has asked for, each met by the requests that it names. */
export class Failures {
  readonly #expected: { readonly of: Expected; after: number; times: number }[] = [];

  expect(of: Expected): void {
    this.#expected.push({ of, after: of.after ?? 0, times: of.times ?? 1 });
  }

  next(operation: string, method: string): Failure | null {
    for (const entry of this.#expected) {
      const { of } = entry;
      if (of.operation !== undefined && of.operation !== operation) continue;
      if (of.method !== undefined && of.method !== method) continue;
      if (entry.after > 0) {
        entry.after -= 1;
        continue;
      }
      if (entry.times === 0) continue;
      entry.times -= 1;
      return of.how;
    }
    return null;
  }
}

/** As GitHub says that the hour's requests are used up; `seconds` until there are more. */
export const primaryLimit = (seconds: number): Failure => ({
  answer: 403,
  body: {
    message: 'API rate limit exceeded for installation ID 1.',
    documentation_url: 'https://docs.github.com',
  },
  headers: {
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(Math.ceil(Date.now() / 1_000) + seconds),
  },
});

/** As GitHub says that too much was asked in too short a time; without `seconds` it does not say how long to wait. */
export const secondaryLimit = (seconds?: number): Failure => ({
  answer: 403,
  body: {
    message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    documentation_url: 'https://docs.github.com',
  },
  headers: seconds === undefined ? {} : { 'retry-after': String(seconds) },
});
