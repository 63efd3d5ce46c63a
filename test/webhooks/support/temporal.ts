import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { namespace, searchAttributes } from '../../../core/ids.ts';
import { findTools } from '../../../local/tools.ts';
import { freePort } from '../../servers/process.ts';

/** A real Temporal that keeps what it knows while it is away. */
export interface LastingTemporal {
  readonly address: string;
  /** kill -9; resolves when it is gone. */
  readonly kill: () => Promise<void>;
  /** Resolves once it answers. */
  readonly start: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

export async function createLastingTemporal(): Promise<LastingTemporal> {
  const folder = mkdtempSync(join(tmpdir(), 'longhaul-temporal-'));
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  let running: ChildProcess | undefined;
  const kill = async (): Promise<void> => {
    if (running === undefined) return;
    const gone = once(running, 'exit');
    running.kill('SIGKILL');
    await gone;
    running = undefined;
  };
  const start = async (): Promise<void> => {
    const attributes = Object.values(searchAttributes).flatMap((name) => [
      '--search-attribute',
      `${name}=Keyword`,
    ]);
    // Ten times as fast; only a machine that fails could lose something of it.
    const pragmas = ['journal_mode=wal', 'synchronous=off'].flatMap((pragma) => ['--sqlite-pragma', pragma]);
    const args = [
      ...pragmas,
      '--headless',
      '--db-filename',
      join(folder, 'temporal.db'),
      '--namespace',
      namespace.name,
    ];
    running = spawn(
      findTools().temporal,
      ['server', 'start-dev', ...args, '--port', String(port), '--log-level', 'never', ...attributes],
      { stdio: 'ignore' },
    );
    await answers(address);
  };
  return {
    ...{ address, kill, start },
    remove: async () => {
      await kill();
      rmSync(folder, { recursive: true });
    },
  };
}

async function answers(address: string): Promise<void> {
  for (const deadline = Date.now() + 60_000; ;) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: 2_000 });
      try {
        const { customAttributes } = await connection.operatorService.listSearchAttributes({
          namespace: namespace.name,
        });
        if (searchAttributes.project in customAttributes) return;
      } finally {
        await connection.close();
      }
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await delay(100);
  }
}
