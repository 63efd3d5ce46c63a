import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { namespace } from '../../../core/ids.ts';
import { awaitPolling } from '../../../client/cli/worker-readiness.ts';
import { startTimeOf } from '../../../local/supervisor/process-identity.ts';
import type { DevServer } from '../../client/dev-server.ts';

/** The worker of a machine's steps, as a process: it can be killed, stopped, and started again. */
export interface StepWorker {
  readonly start: () => Promise<void>;
  /** Resolves once the process is gone. */
  readonly end: (signal: NodeJS.Signals) => Promise<void>;
  readonly isRunning: () => boolean;
}

/** `log`: a file outside of the home, which may be full. */
export function createStepWorker({ environment }: DevServer, home: string, log: string): StepWorker {
  const main = fileURLToPath(new URL('../../../workers/steps.ts', import.meta.url));
  let child: ChildProcess | undefined;
  const isRunning = (): boolean =>
    child !== undefined && child.exitCode === null && child.signalCode === null;
  return {
    isRunning,
    async start() {
      const started = spawn(process.execPath, [main, '--grace', '0'], {
        env: { ...ownEnvironment(), LONGHAUL_HOME: home },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const stream of [started.stdout, started.stderr]) {
        stream.on('data', (text: Buffer) => {
          appendFileSync(log, text);
        });
      }
      child = started;
      const pid = started.pid ?? 0;
      const startTime = (await startTimeOf(pid)) ?? 'ended';
      const worker = { queue: 'steps', pid, startTime, logFile: log } as const;
      await awaitPolling(environment.connection, namespace.name, worker, 60_000);
    },
    async end(signal) {
      if (child === undefined || !isRunning()) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
  };
}

/** The tester's own operator's file and Temporal must not win over the test's. */
const ownEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(TEMPORAL_|LONGHAUL_)/.test(name)));
