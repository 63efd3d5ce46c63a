import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { repositoryRoot } from '../../local/tools.ts';

/** A set-up that was started: its lines so far can be awaited, and so can its end. */
export interface RunningSetup {
  readonly pid: number;
  readonly says: (words: string) => Promise<void>;
  readonly end: Promise<{ readonly code: number | null; readonly output: string }>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** A folder with nothing but set-up itself, beside a folder of the programs that PATH is to hold. */
export interface BareProject {
  readonly root: string;
  readonly programs: string;
  readonly putOnPath: (name: string, shellScript: string) => void;
  readonly start: (environment?: Readonly<Record<string, string>>, args?: readonly string[]) => RunningSetup;
  readonly load: <Module>(file: string) => Promise<Module>;
}

/** Copies set-up into a new folder, on whose PATH there is Node alone; the folder goes when the test ends. */
export function makeBareProject(): BareProject {
  const folder = mkdtempSync(path.join(tmpdir(), 'longhaul-setup-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const root = path.join(folder, 'project');
  const programs = path.join(folder, 'programs');
  for (const part of ['scripts/setup', 'scripts/setup.mjs']) {
    cpSync(path.join(repositoryRoot(), part), path.join(root, part), { recursive: true });
  }
  writeFileSync(path.join(root, 'package.json'), '{ "name": "bare" }\n');
  writeFileSync(path.join(root, 'package-lock.json'), '{}\n');
  mkdirSync(programs);
  symlinkSync(process.execPath, path.join(programs, 'node'));
  return {
    root,
    programs,
    putOnPath: (name, shellScript) => {
      writeFileSync(path.join(programs, name), `#!/bin/sh\n${shellScript}\n`);
      chmodSync(path.join(programs, name), 0o755);
    },
    start: (environment = {}, args = []) =>
      startSetup(root, { PATH: programs, LONGHAUL_OFFLINE: '1', ...environment }, args),
    load: async <Module>(file: string) => (await import(pathToFileURL(path.join(root, file)).href)) as Module,
  };
}

function startSetup(
  root: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): RunningSetup {
  const child = spawn(process.execPath, ['scripts/setup.mjs', ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const end = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.once('close', (code) => {
      resolve({ code, output });
    });
  });
  const says = (words: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!output.includes(words)) return;
        child.stderr.off('data', look);
        resolve();
      };
      child.stderr.on('data', look);
      child.once('close', () => {
        reject(new Error(`set-up ended without saying "${words}":\n${output}`));
      });
      look();
    });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return { pid: child.pid ?? -1, says, end, kill: (signal) => child.kill(signal) };
}
