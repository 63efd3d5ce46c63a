import { DefaultLogger } from '@temporalio/worker';
import type { LogEntry, Logger } from '@temporalio/worker';
import { createRedactor } from '../core/redact.ts';

/** A logger of one line an entry on standard error, with the values in `secrets` masked. */
export function createLogger(secrets: readonly string[]): Logger {
  const redactor = createRedactor(secrets);
  return new DefaultLogger('INFO', (entry) => {
    process.stderr.write(`${redactor.text(formatEntry(entry))}\n`);
  });
}

function formatEntry({ level, message, timestampNanos, meta }: LogEntry): string {
  const time = new Date(Number(timestampNanos / 1_000_000n)).toISOString();
  const facts = meta === undefined ? '' : ` ${JSON.stringify(meta, printable)}`;
  return `${time} ${level} ${message}${facts}`;
}

const printable = (_key: string, value: unknown): unknown => {
  if (value instanceof Error) return value.message;
  return typeof value === 'bigint' || typeof value === 'symbol' ? String(value) : value;
};
