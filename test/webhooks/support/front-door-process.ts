/** The webhook server as a process of its own: `node front-door-process.ts FILE`. */
import { serveUntilSignal } from '../../../client/webhooks/serve.ts';

const write = (line: string): void => void process.stderr.write(`${line}\n`);
await serveUntilSignal(process.argv[2] ?? '', write, () => {
  process.stdout.write('listening\n');
  return Promise.resolve();
});
