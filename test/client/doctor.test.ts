import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exitCodes } from '../../client/cli/exit-codes.ts';
import { doctorLines } from '../../client/cli/render/doctor-lines.ts';
import { plain } from '../../client/cli/render/style.ts';
import { widthOf } from '../../client/cli/render/text.ts';
import { examine } from '../../client/doctor/examine.ts';
import { checkOf, ok, problem } from '../../client/doctor/finding.ts';
import type { Area, Finding } from '../../client/doctor/finding.ts';
import { judgeDisk, judgeGit, judgeMemory, judgeOpenFiles } from '../../client/doctor/machine.ts';
import { judgeClock } from '../../client/doctor/servers.ts';
import { judgeWorkers } from '../../client/doctor/temporal.ts';
import { LonghaulError } from '../../core/errors.ts';
import { namespace, taskQueues } from '../../core/ids.ts';
import { freePort } from '../../local/supervisor/ports.ts';
import { makeHome, startDevServer } from './dev-server.ts';
import type { DevServer } from './dev-server.ts';
import { runCli } from './run-cli.ts';

interface Diagnosis {
  readonly code: number;
  readonly ok: boolean;
  /** The finding of a name; of two, that of the area. */
  readonly of: (name: string, area?: Area) => Finding | undefined;
}

async function askDoctor(
  home: string,
  folder: string = home,
  env: NodeJS.ProcessEnv = {},
): Promise<Diagnosis> {
  const { code, stdout } = await runCli(['doctor', '--json'], { home, folder, env });
  const told = JSON.parse(stdout) as { readonly ok: boolean; readonly findings: readonly Finding[] };
  const of: Diagnosis['of'] = (name, area) =>
    told.findings.find((finding) => finding.name === name && (area ?? finding.area) === finding.area);
  return { code, ok: told.ok, of };
}

describe('with a server that has one worker', () => {
  let server: DevServer;
  let found: Diagnosis;
  beforeAll(async () => {
    server = await startDevServer();
    const connection = await NativeConnection.connect({ address: server.environment.address });
    const worker = await Worker.create({
      connection,
      namespace: namespace.name,
      taskQueue: taskQueues.steps,
      identity: 'steps:1@test',
      activities: { nothing: () => Promise.resolve() },
    });
    const running = worker.run();
    found = await askDoctor(server.home);
    worker.shutdown();
    await running;
    await connection.close();
  }, 60_000);
  afterAll(() => server.stop());

  test('Temporal, its namespace and its attributes are there', () => {
    expect(found.of('Temporal', 'connections')).toMatchObject({ state: 'ok' });
    expect(found.of(`namespace ${namespace.name}`)).toMatchObject({ state: 'ok' });
  });

  test('each queue is told with its workers, or with what does not go on without one', () => {
    expect(found.of('steps')).toMatchObject({ state: 'ok', said: 'steps:1@test' });
    expect(found.of('orchestration')).toMatchObject({
      state: 'problem',
      mend: 'Start what is not running: longhaul up',
    });
    expect(found.of('gpu')).toMatchObject({ state: 'warning' });
  });

  test('the store keeps what it is given', () => {
    expect(found.of('artifact store')).toMatchObject({ state: 'ok' });
  });

  test('what is only not running is told by the exit code of what does not answer', () => {
    expect(found.ok).toBe(false);
    expect(found.code).toBe(exitCodes.cannotConnect);
  });
});

describe('where something is broken', () => {
  let home: string;
  beforeAll(async () => {
    home = makeHome(`127.0.0.1:${await freePort()}`, { 'a/gone': 'file:///nowhere/at/all' });
  });
  afterAll(() => {
    rmSync(home, { recursive: true });
  });

  test('a server that is away, a repository that cannot be read, and secrets are told with what to do', async () => {
    mkdirSync(join(home, 'secrets'));
    writeFileSync(join(home, 'secrets', 'open'), 'value');
    chmodSync(join(home, 'secrets', 'open'), 0o644);
    const secrets =
      'OPEN: { file: secrets/open }\n  GONE: { file: secrets/gone }\n  UNSET: { env: DOCTOR_UNSET }';
    const file = join(home, 'longhaul.server.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replace('secrets: {}', `secrets:\n  ${secrets}`));
    const found = await askDoctor(home);
    expect(found.of('a/gone')).toMatchObject({
      state: 'problem',
      mend: 'Try it by hand: git ls-remote file:///nowhere/at/all',
    });
    expect(found.of('secret OPEN')).toMatchObject({
      state: 'problem',
      mend: `chmod 600 ${join(home, 'secrets/open')}`,
    });
    expect(found.of('secret GONE')).toMatchObject({ state: 'problem' });
    expect(found.of('secret UNSET')).toMatchObject({ state: 'warning' });
    expect(found.of('local stack')?.mend).toContain('longhaul up');
    expect(found.code).toBe(exitCodes.configuration);
  });

  test('a wrong operator’s file is a finding with its line, and the rest is looked at all the same', async () => {
    const wrong = join(home, 'wrong.yaml');
    writeFileSync(wrong, 'version: 1\ntemporal: { adress: x }\n');
    const found = await askDoctor(home, home, { LONGHAUL_SERVER: wrong });
    expect(found.of('operator’s file')?.said).toMatch(/wrong\.yaml:2/);
    expect(found.of('git')).toMatchObject({ state: 'ok' });
    expect(found.of('artifact store')).toBeUndefined();
  });

  test('a home that cannot be written is a problem', async () => {
    const below = join(home, 'longhaul.server.yaml', 'home');
    const found = await askDoctor(below, home);
    expect(found.of('LONGHAUL_HOME')).toMatchObject({ state: 'problem' });
    expect(found.of('LONGHAUL_HOME')?.mend).toContain('export LONGHAUL_HOME=');
  });
});

describe('judgements', () => {
  const gib = 1024 ** 3;
  test.each([
    [judgeGit('git version 2.39.5'), 'ok'],
    [judgeGit('git version 2.24.1'), 'problem'],
    [judgeGit(''), 'problem'],
    [judgeDisk(20 * gib, '/'), 'ok'],
    [judgeDisk(5 * gib, '/'), 'warning'],
    [judgeDisk(gib / 2, '/'), 'problem'],
    [judgeMemory(8 * gib, 4 * gib), 'ok'],
    [judgeMemory(8 * gib, gib), 'warning'],
    [judgeOpenFiles(20_000), 'ok'],
    [judgeOpenFiles(256), 'warning'],
    [judgeOpenFiles('unlimited'), 'ok'],
    [judgeClock('Mon, 23 Nov 2026 18:00:00 GMT', Date.parse('2026-11-23T18:00:05Z')), 'ok'],
    [judgeClock('Mon, 23 Nov 2026 18:00:00 GMT', Date.parse('2026-11-23T18:01:00Z')), 'warning'],
    [judgeClock(null, 0), 'ok'],
    [judgeWorkers('steps', [{ identity: 'a', version: '1', at: 1_000 }], 2_000), 'ok'],
    [judgeWorkers('steps', [{ identity: 'a', version: '', at: 1_000 }], 200_000), 'problem'],
    [judgeWorkers('deploy', [], 0), 'warning'],
  ])('%j is %s', ({ state }, expected) => {
    expect(state).toBe(expected);
  });
});

test('a check that hangs, and one that throws, is a finding; the others are not held up', async () => {
  const hanging = checkOf('machine', 'slow', () => new Promise<never>(() => undefined));
  const throwing = checkOf('files', 'broken', () => {
    throw new LonghaulError('NotFound', 'It is gone.', { mend: 'Make it again.' });
  });
  const fine = checkOf('workers', 'fine', () => ok('yes'));
  const ended: string[] = [];
  const findings = await examine([hanging, throwing, fine], ({ name }) => ended.push(name), 50);
  expect(findings).toMatchObject([
    { name: 'slow', state: 'problem', said: 'no answer within 0.05 s' },
    { name: 'broken', state: 'problem', said: 'It is gone.', mend: 'Make it again.' },
    { name: 'fine', state: 'ok' },
  ]);
  expect(ended.at(-1)).toBe('slow');
});

test('findings fit into the terminal, each with its mend below it', () => {
  const long = 'x '.repeat(60).trim();
  const findings: readonly Finding[] = [
    { area: 'machine', name: 'disk', ...problem(long, 'Make room.') },
    { area: 'workers', name: 'steps', ...ok('steps:1@host') },
  ];
  const lines = doctorLines(findings, { columns: 60, style: plain });
  for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(60);
  expect(lines).toContain('           Make room.');
  expect(lines.at(-1)).toBe('1 ok, 1 problem');
});
