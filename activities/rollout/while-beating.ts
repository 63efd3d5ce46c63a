import { Context } from '@temporalio/activity';

const beatEveryMs = 4_000;

/** A long piece of work: what it tells goes into the heartbeats, and a cancelled activity does not wait for it. */
export const whileBeating = <T>(
  work: (tell: (line: string) => void, cancelled: AbortSignal) => Promise<T>,
): Promise<T> =>
  beating(({ cancellationSignal, cancelled }, tell) =>
    Promise.race([work(tell, cancellationSignal), cancelled]),
  );

/**
 * Writes that beat so that a lost worker is noticed. A cancelled activity waits for the one that is under way, which
 * must not come after an undo; `tell` throws then, between two of them.
 */
export const writingWhileBeating = <T>(work: (tell: (line: string) => void) => Promise<T>): Promise<T> =>
  beating(({ cancellationSignal }, tell) =>
    work((line) => {
      cancellationSignal.throwIfAborted();
      tell(line);
    }),
  );

/**
 * A long piece of work that a cancelled activity does not wait for, up to what it gives to `write`: that is not begun
 * once the activity is cancelled, and is waited for once it has begun.
 */
export const thenWritingWhileBeating = <T>(
  work: (tell: (line: string) => void, write: (effect: () => Promise<void>) => Promise<void>) => Promise<T>,
): Promise<T> =>
  beating(async ({ cancellationSignal, cancelled }, tell) => {
    let written = Promise.resolve();
    const write = (effect: () => Promise<void>): Promise<void> => {
      cancellationSignal.throwIfAborted();
      written = effect();
      return written;
    };
    try {
      return await Promise.race([work(tell, write), cancelled]);
    } finally {
      await Promise.allSettled([written]);
    }
  });

async function beating<T>(work: (context: Context, tell: (line: string) => void) => Promise<T>): Promise<T> {
  const context = Context.current();
  let newest = '';
  const beat = (): void => {
    context.heartbeat(newest);
  };
  const tell = (line: string): void => {
    newest = line;
    beat();
  };
  beat();
  const timer = setInterval(beat, beatEveryMs);
  try {
    return await work(context, tell);
  } finally {
    clearInterval(timer);
  }
}
