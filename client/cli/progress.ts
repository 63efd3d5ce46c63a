import type { Output } from './output.ts';

/** Milliseconds that a person waits without a word. */
const quietMs = 2_000;

/**
 * Runs `work`, which tells what it is at; after two seconds that is shown, and from then on each new line, on stderr:
 * results stay alone on stdout.
 */
export async function withProgress<T>(
  output: Pick<Output, 'printError'>,
  work: (tell: (line: string) => void) => Promise<T>,
): Promise<T> {
  let [newest, shown] = ['', ''];
  let isShowing = false;
  const show = (): void => {
    if (!isShowing || newest === shown || newest === '') return;
    output.printError(`… ${newest}`);
    shown = newest;
  };
  const timer = setTimeout(() => {
    isShowing = true;
    show();
  }, quietMs);
  try {
    return await work((line) => {
      newest = line;
      show();
    });
  } finally {
    clearTimeout(timer);
  }
}
