import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { BareProject } from './bare-project.ts';
import { makeProjectThatBuildsK6, setGo } from './ready-project.ts';

const complete = { code: 0, output: expect.stringContaining('Set-up is complete') as string };
const BUILDS_K6 =
  'echo "$@" >> "$GOBIN/../../calls"; echo "#!/bin/sh" > "$GOBIN/k6"; /bin/chmod +x "$GOBIN/k6"';
const k6Of = (project: BareProject) => path.join(project.root, '.tools/k6');
const leftBehind = (project: BareProject) =>
  ['drafts', 'setup.lock'].filter((name) => existsSync(path.join(project.root, '.tools', name)));

test('a build is kept under its version and recorded, and is not repeated', async () => {
  const project = await makeProjectThatBuildsK6(BUILDS_K6);
  expect(await project.start(project.environment).end).toMatchObject(complete);
  const tools = JSON.parse(readFileSync(path.join(project.root, '.tools/tools.json'), 'utf8')) as Record<
    string,
    string
  >;
  expect(tools['k6']).toMatch(new RegExp(`^${k6Of(project)}/\\d+\\.\\d+\\.\\d+/k6$`));
  expect(existsSync(tools['k6'] ?? '')).toBe(true);

  setGo(project, 'exit 1');
  expect(await project.start(project.environment).end).toMatchObject(complete);
});

test('a build that fails shows its last lines and leaves nothing', async () => {
  const project = await makeProjectThatBuildsK6(
    'echo "half a k6" > "$GOBIN/k6"; echo "the disk is full" >&2; exit 1',
  );
  const { code, output } = await project.start(project.environment).end;
  expect(code).toBe(1);
  expect(output).toContain('| the disk is full');
  expect(existsSync(k6Of(project))).toBe(false);
  expect(leftBehind(project)).toEqual([]);
});

test('a set-up that is interrupted in a build leaves nothing, and the next one goes on', async () => {
  const project = await makeProjectThatBuildsK6('echo "half a k6" > "$GOBIN/k6"; exec /bin/sleep 60');
  const setup = project.start(project.environment);
  await setup.says('start  build k6');
  setup.kill('SIGINT');
  expect(await setup.end).toMatchObject({ code: 130 });
  expect(existsSync(k6Of(project))).toBe(false);
  expect(leftBehind(project)).toEqual([]);

  setGo(project, BUILDS_K6);
  expect(await project.start(project.environment).end).toMatchObject(complete);
});

test('a set-up that was killed in a build does not stop the next one', async () => {
  const project = await makeProjectThatBuildsK6('exec /bin/sleep 2');
  const setup = project.start(project.environment);
  await setup.says('start  build k6');
  setup.kill('SIGKILL');
  await setup.end;
  expect(leftBehind(project)).toContain('setup.lock');

  setGo(project, BUILDS_K6);
  expect(await project.start(project.environment).end).toMatchObject(complete);
  expect(leftBehind(project)).toEqual([]);
});

test('of two set-ups at once one waits, and k6 is built once', async () => {
  const project = await makeProjectThatBuildsK6(
    `until [ -e ../../go-on ]; do /bin/sleep 0.05; done\n${BUILDS_K6}`,
  );
  const first = project.start(project.environment);
  await first.says('start  build k6');
  const second = project.start(project.environment);
  await second.says(`Another set-up runs in this folder (process ${first.pid})`);
  writeFileSync(path.join(project.root, '.tools/go-on'), '');
  expect(await first.end).toMatchObject(complete);
  expect(await second.end).toMatchObject(complete);
  const calls = readFileSync(path.join(project.root, '.tools/calls'), 'utf8');
  expect(calls.trim().split('\n')).toHaveLength(1);
});

test('a suitable version on PATH is taken, another is not', async () => {
  const project = await makeProjectThatBuildsK6(BUILDS_K6);
  project.putOnPath('k6', 'echo k6 v1.7.0 "(go1.25, linux/amd64)"');
  await project.start(project.environment).end;
  expect(existsSync(k6Of(project))).toBe(false);

  project.putOnPath('k6', 'echo k6 v0.40.0');
  await project.start(project.environment).end;
  expect(existsSync(k6Of(project))).toBe(true);
});
