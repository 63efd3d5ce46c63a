import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inTools } from './paths.mjs';

const PLAIN_LINE_EVERY_MS = 15_000;
const running = new Set();

/** A failure whose message is meant for the user; printed without a stack. */
export class SetupError extends Error {
  name = 'SetupError';
}

/** Prints one line. Set-up speaks on stderr, so that stdout is the run script's alone. */
export const say = (line) => process.stderr.write(`${line}\n`);

/** 75 -> `1m 15s`. */
export function inWords(seconds) {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole}s` : `${Math.floor(whole / 60)}m ${String(whole % 60).padStart(2, '0')}s`;
}

/**
 * Runs a long command with its output in `.tools/logs`, telling what runs, how long it should take and for how
 * long it has run. Throws a SetupError with the last lines when the command fails.
 */
export async function runShowingProgress({ what, expect, command, args, cwd, env }) {
  const log = inTools('logs', `${what.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}.log`);
  mkdirSync(path.dirname(log), { recursive: true });
  const output = openSync(log, 'w');
  const started = Date.now();
  const stopTicking = showElapsed(what, expect, started);
  try {
    const end = await ended(
      spawn(command, args, { cwd, env: env ?? process.env, stdio: ['ignore', output, output] }),
    );
    if (end !== 0)
      throw new SetupError(
        `${what} failed (${end}). Its last lines:\n${lastLines(log)}\nThe whole log: ${log}`,
      );
  } finally {
    stopTicking();
    closeSync(output);
  }
  say(`  done   ${what} in ${inWords((Date.now() - started) / 1000)}`);
}

/** Ends every command that is running; for Ctrl-C. */
export function endRunningCommands() {
  for (const child of running) child.kill('SIGTERM');
}

function ended(child) {
  running.add(child);
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(new SetupError(`${child.spawnfile} cannot be started: ${error.message}`)),
    );
    child.once('exit', (code, signal) => resolve(code ?? signal));
  }).finally(() => running.delete(child));
}

function showElapsed(what, expect, started) {
  const elapsed = () => inWords((Date.now() - started) / 1000);
  if (!process.stderr.isTTY) {
    say(`  start  ${what} (about ${expect})`);
    const timer = setInterval(
      () => say(`  ...    ${what}: ${elapsed()} of about ${expect}`),
      PLAIN_LINE_EVERY_MS,
    );
    return () => clearInterval(timer);
  }
  const draw = () => process.stderr.write(`\r\u001b[K  ...    ${what}: ${elapsed()} of about ${expect}`);
  draw();
  const timer = setInterval(draw, 1000);
  return () => {
    clearInterval(timer);
    process.stderr.write('\r\u001b[K');
  };
}

function lastLines(log) {
  return readFileSync(log, 'utf8')
    .trimEnd()
    .split('\n')
    .slice(-15)
    .map((line) => `  | ${line}`)
    .join('\n');
}
