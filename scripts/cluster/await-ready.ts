import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks again and again until an answer is no error.
 * @param isHopeless whether to wait no longer, because what is awaited has ended
 * @throws Error with what was awaited and why the last try failed, after so many seconds
 */
export async function awaitReady(
  what: string,
  seconds: number,
  isReady: () => Promise<unknown>,
  isHopeless: () => Promise<boolean> = () => Promise.resolve(false),
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    try {
      await isReady();
      return;
    } catch (error) {
      const waited = Date.now() > end ? `within ${seconds} s` : null;
      if (waited !== null || (await isHopeless()))
        throw new Error(`${what} did not get ready ${waited ?? 'and will not'}: ${String(error)}`, {
          cause: error,
        });
      await pause(100);
    }
  }
}

/** @throws Error unless the address answers with success */
export async function askHttp(address: string): Promise<void> {
  const answer = await fetch(address, { signal: AbortSignal.timeout(2_000) });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`${address} answers ${answer.status}`);
}
