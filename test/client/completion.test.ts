import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createArtifactStore } from '../../activities/store/index.ts';
import { matching } from '../../client/cli/completion/complete.ts';
import { documentKeys } from '../../core/ids.ts';
import { homePaths } from '../../local/home.ts';
import { makeHome } from './dev-server.ts';
import { runCli } from './run-cli.ts';

const run = promisify(execFile);
const main = fileURLToPath(new URL('../../client/cli/main.ts', import.meta.url));

/** An address where nobody answers, not even by a refusal. */
const nowhere = '10.255.255.1:7233';
const releases = ['release/flights/3f2a91c0d4e1-1', 'release/flights/9c1b00aa77ff-1'];
const ciRun = 'ci/longhaul/flights/3f2a91c0d4e1000000000000000000000000aaaa';

let home: string;
let folder: string;
beforeAll(async () => {
  home = makeHome(nowhere, { 'longhaul/flights': 'file:///none', 'longhaul/iris': 'file:///none' });
  folder = mkdtempSync(join(tmpdir(), 'longhaul-completion-'));
  const command = join(folder, 'longhaul');
  writeFileSync(command, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`);
  chmodSync(command, 0o755);
  writeFileSync(join(folder, 'longhaul.yaml'), 'ci:\n  steps:\n    lint: {}\n    unit-tests: {}\n');
  const store = createArtifactStore({ home: homePaths(home) });
  for (const id of releases) await store.writeDocument(documentKeys.release(id), '{}');
  mkdirSync(join(homePaths(home).logs, ciRun, 'evaluate'), { recursive: true });
  writeFileSync(join(homePaths(home).logs, ciRun, 'evaluate', '1.log'), '');
  for (const shell of ['bash', 'zsh', 'fish']) {
    writeFileSync(join(folder, shell), (await runCli(['completion', shell], { home })).stdout);
  }
});
afterAll(() => {
  rmSync(home, { recursive: true });
  rmSync(folder, { recursive: true });
});

/** What is offered for the last of the words that are typed. */
type Offers = (...words: readonly string[]) => Promise<readonly string[]>;

const inShell = async (shell: string, args: readonly string[]): Promise<readonly string[]> => {
  const env = { ...process.env, PATH: [folder, process.env['PATH']].join(delimiter), LONGHAUL_HOME: home };
  const { stdout } = await run(shell, args, { cwd: folder, env });
  return stdout.split('\n').filter((line) => line !== '');
};

const bash: Offers = (...words) => {
  const script = `source ./bash; COMP_WORDS=(longhaul "$@"); COMP_CWORD=$#; _longhaul; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return inShell('bash', ['--norc', '-c', script, 'bash', ...words]);
};

/** The completion system's own functions only print here what they would offer. */
const zsh: Offers = (...words) => {
  const script = `compdef() { : }; compadd() { shift \${@[(i)--]}; print -l -- "$@" }
    _describe() { local -a all=("\${(@P)@[-1]}"); print -l -- "\${(@)all%%:*}" }
    _files() { print -l -- * }
    source ./zsh; words=(longhaul "$@"); CURRENT=$#words; _longhaul`;
  return inShell('zsh', ['-f', '-c', script, 'zsh', ...words]);
};

const fish: Offers = async (...words) => {
  const script = `source ./fish; complete --do-complete (string join ' ' -- longhaul $argv)`;
  const offered = await inShell('fish', ['--no-config', '-c', script, '--', ...words]);
  return offered.map((line) => line.split('\t', 1)[0] ?? '');
};

const shells: readonly (readonly [name: string, offers: Offers])[] = [
  ['bash', bash],
  ['zsh', zsh],
  ['fish', fish],
];

describe.each(shells)('in %s', (name, offers) => {
  const missing = spawnSync(name, ['--version']).status !== 0;

  test.skipIf(missing)('commands below commands are offered', async () => {
    expect(await offers('')).toEqual(expect.arrayContaining(['ci', 'release', 'completion']));
    expect(await offers('release', '')).toEqual(expect.arrayContaining(['watch', 'approve']));
    expect(await offers('--json', 'ci', 'sh')).toContain('show');
  });

  test.skipIf(missing)('options of the command and of all commands are offered', async () => {
    const offered = await offers('ci', 'run', '--');
    expect(offered).toEqual(expect.arrayContaining(['--commit', '--no-wait', '--json']));
    expect(offered).not.toContain('--evidence');
  });

  test.skipIf(missing)('choices are offered', async () => {
    expect(await offers('completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
  });

  test.skipIf(missing)('releases, runs, projects and steps are asked for', async () => {
    expect(await offers('release', 'show', '')).toEqual(expect.arrayContaining([...releases]));
    expect(await offers('logs', '')).toEqual(expect.arrayContaining([...releases, ciRun]));
    expect(await offers('release', 'list', '--project', 'longhaul/f')).toEqual(['longhaul/flights']);
    expect(await offers('logs', ciRun, '')).toEqual(['evaluate']);
    expect(await offers('logs', 'release/none', '')).toEqual(expect.arrayContaining(['lint', 'unit-tests']));
  });

  test.skipIf(missing)('environments of the operator’s file are offered', async () => {
    expect(await offers('deploy', 'status', '')).toEqual(expect.arrayContaining(['staging', 'production']));
  });

  test.skipIf(missing)('files are offered where a file is meant', async () => {
    expect(await offers('--server', 'long')).toEqual(expect.arrayContaining(['longhaul.yaml']));
  });
});

test('in bash, `--option=value` is completed as well', async () => {
  expect(await bash('release', 'list', '--project', '=', 'longhaul/i')).toEqual(['longhaul/iris']);
});

test('a Temporal that is away holds nobody up, and nothing is said of it', async () => {
  const before = performance.now();
  const { code, stdout, stderr } = await runCli(['__complete', 'releases', ''], { home });
  expect(performance.now() - before).toBeLessThan(4_000);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.trim().split('\n')).toEqual(releases);
});

test('without an operator’s file, and for what nobody knows, nothing is said', async () => {
  for (const what of ['projects', 'nonsense']) {
    expect(await runCli(['__complete', what, ''], { home: folder })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
  }
});

test('a part of an id is completed to the rest of that id', () => {
  expect(matching(releases, '9c')).toEqual(['9c1b00aa77ff-1']);
  expect(matching(releases, 'flights/3')).toEqual(['flights/3f2a91c0d4e1-1']);
  expect(matching(releases, 'x')).toEqual([]);
});
