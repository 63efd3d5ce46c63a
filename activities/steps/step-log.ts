import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Redactor } from '../../core/redact.ts';
import { withoutColours } from './output-tail.ts';

const keptLines = 30;
const longestLine = 500;
const largestLog = 64 * 1024 * 1024;

/** The log of one attempt of a step: redacted as it is written, with its last lines at hand. */
export interface StepLog {
  readonly path: string;
  /** Output of a command, in pieces of any size. Resolves when more can be taken. */
  readonly write: (text: string) => Promise<void>;
  /** A line of our own, such as the command that starts; it is none of the last lines. */
  readonly say: (line: string) => Promise<void>;
  readonly lastLines: () => readonly string[];
  /** What it does now: its last line, or before there is any, the last line of our own. */
  readonly newest: () => string;
  /** Resolves once all that was written so far is in the file. */
  readonly flush: () => Promise<void>;
  /** Why the file ends early (a full disk); null when it does not. */
  readonly fault: () => string | null;
  readonly close: () => Promise<void>;
}

/**
 * Opens the log at `path`. It takes 64 MiB; of what comes after, only the last lines are kept. A file that can no longer
 * be written ends early: what the step does is not ended for its log.
 */
export async function openStepLog(path: string, redactor: Redactor): Promise<StepLog> {
  await mkdir(dirname(path), { recursive: true });
  const file = createWriteStream(path);
  await once(file, 'open');
  let fault: Error | null = null;
  file.on('error', (error) => {
    fault ??= error;
  });
  let redaction = redactor.stream();
  let said = '';
  const tail = lineTail();
  let size = 0;
  let atLineStart = true;

  const append = async (text: string): Promise<void> => {
    if (text === '') return;
    atLineStart = text.endsWith('\n');
    const sizeBefore = size;
    size += Buffer.byteLength(text);
    if (sizeBefore > largestLog || fault !== null) return;
    const wanted = size > largestLog ? `${text}\n[the log is full: what follows is not kept]\n` : text;
    if (!file.write(wanted)) await once(file, 'drain').catch(() => undefined);
  };

  const output = async (text: string): Promise<void> => {
    tail.add(text);
    await append(text);
  };
  const endOutput = async (): Promise<void> => {
    await output(redaction.end());
    redaction = redactor.stream();
  };

  return {
    path,
    write: (text) => output(redaction.write(text)),
    async say(line) {
      await endOutput();
      said = redactor.text(line).replace(/^# /, '');
      await append(`${atLineStart ? '' : '\n'}${redactor.text(line)}\n`);
    },
    lastLines: tail.lines,
    newest: () => tail.lines().at(-1) ?? said,
    async flush() {
      await endOutput();
      await new Promise((resolve) => file.write('', resolve));
    },
    fault: () => fault?.message ?? null,
    async close() {
      await endOutput();
      file.end();
      if (!file.closed) await once(file, 'close').catch(() => undefined);
    },
  };
}

/** The last lines of a text that comes in pieces, as a terminal would show them: no colours, no overwritten bars. */
function lineTail(): {
  readonly add: (text: string) => void;
  readonly lines: () => readonly string[];
} {
  let whole: string[] = [];
  let open = '';
  return {
    add(text) {
      const lines = (open + text).split('\n');
      open = (lines.pop() ?? '').slice(-longestLine * 20);
      whole = [...whole, ...lines.slice(-keptLines)].slice(-keptLines);
    },
    lines: () =>
      [...whole, open]
        .map(asShown)
        .filter((line) => line.trim() !== '')
        .slice(-keptLines),
  };
}

function asShown(line: string): string {
  const plain = withoutColours(line).trimEnd();
  const shown = plain.slice(plain.lastIndexOf('\r') + 1);
  return shown.length > longestLine ? `${shown.slice(0, longestLine)}…` : shown;
}
