import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRecordActivities } from '../../activities/records/index.ts';
import { createArtifactStore } from '../../activities/store/index.ts';
import { exitCodes } from '../../client/cli/exit-codes.ts';
import { terminalOutput } from '../../client/cli/output.ts';
import { createProgram, runCli as runInProcess } from '../../client/cli/program.ts';
import { documentKeys } from '../../core/ids.ts';
import { homePaths } from '../../local/home.ts';
import { freePort } from '../../local/supervisor/ports.ts';
import { sampleRun } from '../core/render/sample-ci-run.ts';
import { makeHome, startDevServer } from './dev-server.ts';
import type { DevServer } from './dev-server.ts';
import { exampleLook, exampleRecord } from './example-record.ts';
import { runCli } from './run-cli.ts';
import type { CliResult } from './run-cli.ts';

const oneOrTwoLines = /^[^\n]+\n([^\n]+\n)?$/;

describe('without a server', () => {
  let home: string;
  beforeAll(async () => {
    home = makeHome(`127.0.0.1:${await freePort()}`);
  });
  afterAll(() => {
    rmSync(home, { recursive: true });
  });

  test('a wrong address is told with the address and what to do', async () => {
    const { code, stdout, stderr } = await runCli(['release', 'list'], { home });
    expect(code).toBe(exitCodes.cannotConnect);
    expect(stdout).toBe('');
    expect(stderr).toMatch(oneOrTwoLines);
    expect(stderr).toMatch(/does not answer at 127\.0\.0\.1:\d+.*longhaul up/);
  });

  test('a missing operator’s file is a matter of configuration', async () => {
    const { code, stderr } = await runCli(['release', 'list', '--server', 'none.yaml'], { home });
    expect(code).toBe(exitCodes.configuration);
    expect(stderr).toMatch(/none\.yaml cannot be read/);
    expect(stderr).toMatch(oneOrTwoLines);
  });

  test('a wrong key is told with its line', async () => {
    writeFileSync(join(home, 'wrong.yaml'), 'version: 1\ntemporal: { adress: localhost:7233 }\n');
    const { code, stderr } = await runCli(['release', 'list', '--server', 'wrong.yaml'], { home });
    expect(code).toBe(exitCodes.configuration);
    expect(stderr).toMatch(/wrong\.yaml:2:\d+ .*adress.*did you mean `address`/);
  });
});

describe('the command line', () => {
  test.each([
    [['nonsense']],
    [['release', 'approve', '--evidnce', 'x']],
    [['logs']],
    [['release', 'list', '--limit', '0']],
  ])('%j is wrong', async (args) => {
    const { code, stdout, stderr } = await runHere(args);
    expect(code).toBe(exitCodes.usage);
    expect(stdout).toBe('');
    expect(stderr).toContain('error:');
  });

  test.each(commandNames())('`longhaul %s` has help with examples', async (name) => {
    const { code, stdout } = await runHere([...name.split(' '), '--help']);
    expect(code).toBe(exitCodes.ok);
    expect(stdout).toMatch(/Examples:\n {2}\$ .*longhaul/);
  });

  test('the exit codes are in the program’s help', async () => {
    expect((await runHere(['--help'])).stdout).toContain('Exit codes:');
  });
});

describe('with a server', () => {
  let server: DevServer;
  let home: string;
  let repository: string;
  let commit: string;

  beforeAll(async () => {
    server = await startDevServer();
    repository = join(server.home, 'flights');
    commit = makeRepository(repository);
    home = makeHome(server.environment.address, { 'longhaul/flights': pathToFileURL(repository).href });
    const paths = homePaths(home);
    const record = { ...exampleRecord, phase: 'ended', looks: [exampleLook], outcome: { kind: 'released' } };
    await createArtifactStore({ home: paths }).writeDocument(
      documentKeys.release(record.id),
      JSON.stringify(record),
    );
  });
  afterAll(async () => {
    rmSync(home, { recursive: true });
    await server.stop();
  });

  test('a release is shown with its checklist, evidence, looks and the next command', async () => {
    const { code, stdout } = await runCli(['release', 'show', '0123'], { home });
    expect(code).toBe(exitCodes.ok);
    expect(stdout).toContain('release/flights/0123456789ab-1  released');
    expect(stdout).toContain('Deployment to production approved');
    expect(stdout).toContain(`sha256:${'e'.repeat(64)}`);
    expect(stdout).toContain('5 of 50 (10 %)');
    expect(stdout).toContain('longhaul release rollback release/flights/0123456789ab-1');
    expect(stdout).not.toContain('\u001b');
  });

  test('with --json exactly one document is printed', async () => {
    const { stdout } = await runCli(['release', 'list', '--all', '--json'], { home });
    expect(JSON.parse(stdout)).toMatchObject([
      { id: exampleRecord.id, record: { outcome: { kind: 'released' } } },
    ]);
  });

  test('the report of a CI run is written to a file, whose path is told, or printed', async () => {
    const store = createArtifactStore({ home: homePaths(home) });
    const result = await createRecordActivities({ store }).saveCiRun(sampleRun);
    const { code, stdout } = await runCli(['ci', 'report', '3f2a91c'], { home, folder: repository });
    expect(code).toBe(exitCodes.ok);
    expect(stdout).toBe(`${join(repository, 'ci-3f2a91c0d4e1.html')}\n`);
    expect(readFileSync(stdout.trim(), 'utf8')).toContain('<!doctype html>');
    const args = ['ci', 'report', result.id, '--format', 'junit', '--output', '-'];
    expect((await runCli(args, { home })).stdout).toMatch(/^<\?xml/);
    const { html: _none, ...report } = result.report;
    await store.writeDocument(documentKeys.ciRun(result.id), JSON.stringify({ ...result, report }));
    const old = await runCli(['ci', 'report', result.id], { home });
    expect(old.code).toBe(exitCodes.notFound);
    expect(old.stderr).toContain(`longhaul ci report ${result.id} --format md`);
  });

  test('a release that is not there is told, with those that are', async () => {
    const { code, stderr } = await runCli(['release', 'show', 'ffff'], { home });
    expect(code).toBe(exitCodes.notFound);
    expect(stderr).toContain(exampleRecord.id);
  });

  test('a release that does not wait for it cannot be approved', async () => {
    const { code, stderr } = await runCli(['release', 'approve', '0123', '--yes'], { home });
    expect(code).toBe(exitCodes.refused);
    expect(stderr).toContain('nothing to approve');
  });

  test('a commit that does not exist is told, wherever it is looked up', async () => {
    const here = await runCli(['ci', 'run', '--commit', 'deadbeef'], { home, folder: repository });
    expect(here.code).toBe(exitCodes.notFound);
    expect(here.stderr).toContain('deadbeef');
    const elsewhere = await runCli(
      ['release', 'start', '--project', 'longhaul/flights', '--commit', 'd'.repeat(40)],
      { home },
    );
    expect(elsewhere.code).toBe(exitCodes.notFound);
    expect(elsewhere.stderr).toContain('d'.repeat(40));
  });

  test('a project that is not served is told with those that are', async () => {
    const { code, stderr } = await runCli(['ci', 'run', '--project', 'a/b', '--commit', commit], { home });
    expect(code).toBe(exitCodes.notFound);
    expect(stderr).toContain('longhaul/flights');
  });

  test('a commit without a passed CI run is not released, and the command that runs it is told', async () => {
    const { code, stderr } = await runCli(['release', 'start'], { home, folder: repository });
    expect(code).toBe(exitCodes.refused);
    expect(stderr).toContain(`longhaul ci run --project longhaul/flights --commit ${commit}`);
  });

  test('a CI run starts for the commit of the folder that it is typed in', async () => {
    const { code, stdout } = await runCli(['ci', 'run', '--no-wait', '--json'], { home, folder: repository });
    expect(code).toBe(exitCodes.ok);
    const { id } = JSON.parse(stdout) as { id: string };
    expect(id).toBe(`ci/longhaul/flights/${commit}`);
    const input = await server.environment.client.workflow.getHandle(id).describe();
    expect(input.status.name).toBe('RUNNING');
    const shown = await runCli(['ci', 'show'], { home, folder: repository });
    expect(shown.stdout).toContain(`${id}  running`);
  });
});

test('a namespace that lacks a search attribute is told with the command that makes it', async () => {
  const server = await startDevServer(['LonghaulProject']);
  try {
    const { code, stderr } = await runCli(['release', 'list'], { home: server.home });
    expect(code).toBe(exitCodes.notFound);
    expect(stderr).toContain(
      'search-attribute create --namespace longhaul --name LonghaulModel --type Keyword',
    );
    expect(stderr).not.toContain('--name LonghaulProject');
  } finally {
    await server.stop();
  }
});

/** Every command that does something: those without commands of their own. */
function commandNames(): readonly string[] {
  const leaves = (command: Command, path: readonly string[]): readonly string[] =>
    command.commands.length === 0
      ? [path.join(' ')]
      : command.commands.flatMap((child) => leaves(child, [...path, child.name()]));
  return leaves(createProgram({ output: terminalOutput, endWith: () => undefined }), []);
}

/** The same command without a process of its own. */
async function runHere(args: readonly string[]): Promise<CliResult> {
  const told: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' };
  const code = await runInProcess(args, {
    print: (text) => (told.stdout += `${text}\n`),
    printError: (text) => (told.stderr += `${text}\n`),
    interactive: false,
  });
  return { code, ...told };
}

/** A repository with a longhaul.yaml and one commit, whose hash is returned. */
function makeRepository(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'longhaul.yaml'), 'version: 1\nproject: longhaul/flights\nmodel: flights\n');
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=ann', '-c', 'user.email=ann@example.org', ...args], {
      cwd: folder,
      encoding: 'utf8',
    }).trim();
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'begin');
  return git('rev-parse', 'HEAD');
}
