import { mkdirSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/**
 * Calls `onChange` when the file may have changed: on events of its folder (the file itself is replaced by
 * renaming), and every `pollMs` in case an event got lost.
 * @returns a function that ends the watch
 */
export function watchFile(file: string, onChange: () => void, pollMs = 2_000): () => void {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true });
  const name = basename(file);
  const watcher = watch(folder, (_event, changed) => {
    if (changed === name || changed === null) onChange();
  });
  watcher.on('error', () => {
    watcher.close();
  });
  const poll = setInterval(onChange, pollMs);
  return () => {
    clearInterval(poll);
    watcher.close();
  };
}
