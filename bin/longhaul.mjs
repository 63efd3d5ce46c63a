#!/usr/bin/env node
/** Starts the `longhaul` command by the project's own Node 24, whatever Node the machine has. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const RUNTIME_NODE = 24;
const inProject = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const command = inProject('dist/client/cli/main.js');
const projectNode = inProject('node_modules/.bin/node');

if (!existsSync(command)) {
  refuse('Longhaul is not built; run: npm run build');
} else if (Number.parseInt(process.versions.node, 10) >= RUNTIME_NODE) {
  process.argv[1] = command;
  await import(pathToFileURL(command).href);
} else if (existsSync(projectNode)) {
  runByProjectNode();
} else {
  refuse(
    `Longhaul runs on Node ${RUNTIME_NODE} or newer, and this is ${process.version}; run: npm run setup`,
  );
}

/** Waits for the command in the foreground; a terminal sends Ctrl-C to it by itself. */
function runByProjectNode() {
  const child = spawn(projectNode, [command, ...process.argv.slice(2)], { stdio: 'inherit' });
  const atTerminal = process.stdin.isTTY || process.stderr.isTTY;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !atTerminal) child.kill(signal);
    });
  }
  child.once('error', (error) =>
    refuse(`${projectNode} cannot be started: ${error.message}; run: npm run setup`),
  );
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? { SIGHUP: 129, SIGINT: 130, SIGKILL: 137, SIGTERM: 143 }[signal] ?? 1;
  });
}

function refuse(message) {
  process.stderr.write(`${message}\n`);
  process.exitCode = 1;
}
