import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface WorkerProcess {
  /** Resolves when it has been killed. */
  readonly gone: Promise<void>;
  kill(): Promise<void>;
}

/** @param fatal the activity after whose work it kills itself, such as `setWeight production 50`; empty: none */
export async function startWorkerProcess(
  temporal: string,
  serverFile: string,
  fatal = '',
): Promise<WorkerProcess> {
  const child = fork(
    fileURLToPath(new URL('deploy-worker.ts', import.meta.url)),
    [temporal, serverFile, fatal],
    {
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  );
  const gone = once(child, 'exit').then(() => undefined);
  await Promise.race([
    once(child, 'message'),
    gone.then(() => {
      throw new Error('The worker did not start.');
    }),
  ]);
  return {
    gone,
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
