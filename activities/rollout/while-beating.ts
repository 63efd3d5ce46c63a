import { Context } from '@temporalio/activity';

const beatEveryMs = 4_000;

/** A long piece of work: what it tells goes into the heartbeats, and a cancelled activity does not wait for it. */
export async function whileBeating<T>(
  work: (tell: (line: string) => void, cancelled: AbortSignal) => Promise<T>,
): Promise<T> {
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
    return await Promise.race([work(tell, context.cancellationSignal), context.cancelled]);
  } finally {
    clearInterval(timer);
  }
}
