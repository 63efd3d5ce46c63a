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
