import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks again and again until the answer is yes.
 * @throws Error with what was awaited and why the last try failed, after so many seconds
 */
export async function awaitReady(
  what: string,
  seconds: number,
  isReady: () => Promise<unknown>,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    try {
      await isReady();
      return;
    } catch (error) {
      if (Date.now() > end)
        throw new Error(`${what} was not ready within ${seconds} s: ${String(error)}`, { cause: error });
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
