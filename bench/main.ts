/** `npm run bench -- NAME --json FILE`: Longhaul beside its peers, in turn in the same runs. */
import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { benchCi } from './ci.ts';
import { figureLines } from './figure.ts';
import type { BenchOptions, Figure } from './figure.ts';
import { benchUndo } from './undo.ts';
import { benchWebhooks } from './webhooks.ts';

/** A benchmark tells how it goes, and leaves nothing behind, also when it is `interrupted`. */
type Benchmark = (
  options: BenchOptions,
  tell: (line: string) => void,
  interrupted: AbortSignal,
) => Promise<readonly Figure[]>;

const benchmarks: Readonly<Record<string, Benchmark>> = {
  ci: benchCi,
  undo: benchUndo,
  webhooks: benchWebhooks,
};

const usage = `Usage: npm run bench -- NAME [--json FILE] [--runs N] [--seed N]

  ci    wall time of a CI run of examples/flights beside the same commands in a script (about 10 minutes)
  undo  from the verdict on a bad candidate to all users on the stable arm, beside kubectl rollout undo (about 5
        minutes, on the cluster of npm run cluster:up)
  webhooks  p99 of the webhook server's answer and deliveries a second, beside a bare handler of @octokit/webhooks that
        starts a workflow (about 2 minutes)

  --json FILE  write the figures as JSON
  --runs N     how often each side runs (3)
  --seed N     decides which side begins a round; printed, and chosen anew each time`;

try {
  const { name, json, ...options } = readArguments(process.argv.slice(2));
  const began = Date.now();
  const tell = (line: string): void => {
    const elapsed = Math.round((Date.now() - began) / 1000);
    console.log(`${String(elapsed).padStart(5)} s  ${line}`);
  };
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      tell('Ending everything that was started.');
      interruption.abort(new Error(`It was interrupted by ${signal}.`));
    });
  }
  tell(`${name}, ${options.runs} runs of each side, seed ${options.seed}`);
  const figures = await benchmarkOf(name)(options, tell, interruption.signal);
  for (const line of ['', ...figureLines(figures)]) console.log(line);
  if (json !== undefined) {
    writeFileSync(resolve(process.env['INIT_CWD'] ?? '.', json), `${JSON.stringify(figures, null, 2)}\n`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

function benchmarkOf(name: string): Benchmark {
  const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
  if (benchmark === undefined) throw new Error(`There is no benchmark \`${name}\`.\n\n${usage}`);
  return benchmark;
}

function readArguments(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'string' }, runs: { type: 'string' }, seed: { type: 'string' } },
  });
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw new Error(usage);
  return {
    name,
    json: values.json,
    runs: wholeNumber('runs', values.runs ?? '3'),
    seed: wholeNumber('seed', values.seed ?? String(randomInt(2 ** 31))),
  };
}

function wholeNumber(flag: string, text: string): number {
  if (/^\d{1,10}$/.test(text) && (flag !== 'runs' || Number(text) > 0)) return Number(text);
  throw new Error(`--${flag} is \`${text}\`: it has to be a whole number.\n\n${usage}`);
}
