import { parseArgs } from 'node:util';
import { homePaths } from '../home.ts';
import { runSupervisor } from './supervisor.ts';

/** The supervisor as a process of its own: `main --home FOLDER`. SIGTERM ends it and all that it started. */
const { values } = parseArgs({ options: { home: { type: 'string' } } });
const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
  process.on(signal, () => {
    stop.abort();
  });

try {
  await runSupervisor(homePaths(values.home), stop.signal);
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
