import { stat } from 'node:fs/promises';

/** Whether anything is at the path that can be looked at; links are followed. */
export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
