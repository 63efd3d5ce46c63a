import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { inRoot, root, runtimeNode } from './paths.mjs';
import { inWords, say, SetupError } from './progress.mjs';

const bin = (name) => inRoot('node_modules', name);
const folders = () => [
  'core',
  'config',
  'workflows',
  'activities',
  'workers',
  'client',
  'local',
  'k8s',
  'scripts',
  'bench',
];

const checks = {
  types: [bin('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.json'],
  lint: [bin('eslint/bin/eslint.js'), '.'],
  format: [bin('prettier/bin/prettier.cjs'), '--check', '.'],
  imports: [
    bin('dependency-cruiser/bin/dependency-cruise.mjs'),
    ...folders().filter((folder) => existsSync(inRoot(folder))),
  ],
  'dead-code': [bin('knip/bin/knip.js')],
};

const programs = {
  demo: [inRoot('dist/scripts/demo/main.js')],
  bench: [inRoot('dist/bench/main.js')],
  test: [bin('vitest/vitest.mjs'), 'run'],
  'test:cluster': [bin('vitest/vitest.mjs'), 'run', '--config', inRoot('vitest.cluster.config.ts')],
  'cluster:up': [inRoot('dist/scripts/cluster/main.js'), 'up'],
  'cluster:down': [inRoot('dist/scripts/cluster/main.js'), 'down'],
};

/** What `--run` takes. */
export const scriptNames = [...Object.keys(programs), 'check', 'build'];

/** Whether a script starts a cluster on this machine, and so needs its programs. */
export const startsCluster = (name, args) =>
  name === 'cluster:up' ||
  (name === 'test:cluster' && !process.env.LONGHAUL_TEST_KUBECONFIG) ||
  (name === 'demo' && /--target[= ]kubernetes/.test(args.join(' ')) && !/--kubeconfig/.test(args.join(' ')));

/** Runs a script by the project's own Node. @returns the exit code of what ran */
export async function runScript(name, args) {
  if (name === 'build') return 0;
  if (name === 'check') return runChecks(args);
  const [program, ...own] = programs[name];
  if (!existsSync(program))
    throw new SetupError(`${path.relative(root, program)} is not there; look above for why it was not built`);
  return runNode([program, ...own, ...args]);
}

/** Runs every check, or those named, to its end even when an earlier one fails, and sums up. */
async function runChecks(names) {
  const unknown = names.find((name) => !(name in checks));
  if (unknown !== undefined)
    throw new SetupError(`there is no check ${unknown}; the checks are ${Object.keys(checks).join(', ')}`);
  const results = [];
  for (const name of names.length > 0 ? names : Object.keys(checks)) {
    say(`\n== ${name}`);
    const started = Date.now();
    const code = await runNode(checks[name]);
    results.push({ name, code, seconds: (Date.now() - started) / 1000 });
    if (code > 128) break;
  }
  say('');
  for (const { name, code, seconds } of results)
    say(`  ${code === 0 ? 'passed' : 'FAILED'}  ${name} (${inWords(seconds)})`);
  return results.every(({ code }) => code === 0)
    ? 0
    : Math.max(1, ...results.map(({ code }) => (code > 128 ? code : 1)));
}

/**
 * Runs the project's Node on a program in the foreground and waits for its end. Signals are passed on, except
 * Ctrl-C at a terminal, which the terminal itself sends to the child.
 */
async function runNode(args) {
  const search = [inRoot('node_modules/.bin'), process.env.PATH].join(path.delimiter);
  const child = spawn(runtimeNode, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, PATH: search },
  });
  const atTerminal = process.stdin.isTTY || process.stderr.isTTY;
  const pass = (signal) => {
    if (signal !== 'SIGINT' || !atTerminal) child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, pass);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', (error) =>
        reject(new SetupError(`${runtimeNode} cannot be started: ${error.message}`)),
      );
      child.once('exit', (code, signal) => resolve(code ?? 128 + numberOf(signal)));
    });
  } finally {
    for (const signal of signals) process.off(signal, pass);
  }
}

const numberOf = (signal) => ({ SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 })[signal] ?? 1;
