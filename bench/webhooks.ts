import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chance } from './chance.ts';
import { figureOf } from './figure.ts';
import type { BenchOptions, Figure } from './figure.ts';
import { deliverAll, pushBody } from './webhooks/deliver.ts';
import { startSides } from './webhooks/sides.ts';

const project = 'longhaul/flights';
const atOnce = 8;
/** Both sides take turns within a run, so that whatever else the machine does meets both. */
const turns = 20;
const perTurn = 100;

type Side = 'longhaul' | 'bare';
const sides: readonly Side[] = ['longhaul', 'bare'];

interface Run {
  /** Seconds that 99 of 100 answers took at most. */
  readonly p99: number;
  readonly perSecond: number;
}

/**
 * The webhook server beside a bare handler of @octokit/webhooks that starts a workflow: the same pushes, signed, to each
 * as a process of its own before the same Temporal.
 */
export async function benchWebhooks(
  options: BenchOptions,
  tell: (line: string) => void,
  interrupted: AbortSignal,
): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-bench-'));
  const secret = randomUUID();
  try {
    tell('Temporal, the webhook server and the bare handler');
    const { urls, stop } = await startSides(folder, secret, project);
    const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
    let serial = 0;
    const deliver = (side: Side): Promise<readonly number[]> => {
      interrupted.throwIfAborted();
      const bodies = Array.from({ length: perTurn }, () => pushBody(project, ++serial));
      return deliverAll(urls[side], bodies, { secret, atOnce, agent });
    };
    try {
      for (const side of [...sides, ...sides]) await deliver(side);
      const runs: Record<Side, Run[]> = { longhaul: [], bare: [] };
      for (let run = 1; run <= options.runs; run++) {
        const measured = await measure(deliver, (turn) => chance(options.seed, run * turns + turn));
        for (const side of sides) runs[side].push(measured[side]);
        tell(`run ${run}: ${sides.map((side) => `${side} ${inWords(measured[side])}`).join('; ')}`);
      }
      return figuresOf(options, runs);
    } finally {
      agent.destroy();
      await stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function measure(
  deliver: (side: Side) => Promise<readonly number[]>,
  longhaulFirst: (turn: number) => boolean,
): Promise<Readonly<Record<Side, Run>>> {
  const answers: Record<Side, number[]> = { longhaul: [], bare: [] };
  const took: Record<Side, number> = { longhaul: 0, bare: 0 };
  for (let turn = 0; turn < turns; turn++) {
    for (const side of longhaulFirst(turn) ? sides : sides.toReversed()) {
      const began = performance.now();
      answers[side].push(...(await deliver(side)));
      took[side] += (performance.now() - began) / 1000;
    }
  }
  const runOf = (side: Side): Run => ({
    p99: p99Of(answers[side]),
    perSecond: answers[side].length / took[side],
  });
  return { longhaul: runOf('longhaul'), bare: runOf('bare') };
}

/** The value that 99 of 100 do not exceed. @throws RangeError for no values at all */
export function p99Of(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.ceil(sorted.length * 0.99) - 1];
  if (value === undefined) throw new RangeError('There is no 99th percentile of nothing.');
  return value;
}

function figuresOf(
  options: BenchOptions,
  { longhaul, bare }: Readonly<Record<Side, readonly Run[]>>,
): Figure[] {
  const names = {
    subject: 'longhaul webhooks serve',
    peer: 'a handler of @octokit/webhooks that starts a workflow',
  } as const;
  return [
    figureOf(
      { figure: 'p99 of the answer to a delivery', ...names, unit: 's' },
      options,
      longhaul.map(({ p99 }) => p99),
      bare.map(({ p99 }) => p99),
    ),
    figureOf(
      { figure: 'deliveries a second', ...names, unit: '1/s' },
      options,
      longhaul.map(({ perSecond }) => perSecond),
      bare.map(({ perSecond }) => perSecond),
    ),
  ];
}

const inWords = ({ p99, perSecond }: Run): string =>
  `p99 ${Math.round(p99 * 1000)} ms, ${Math.round(perSecond)} a second`;
