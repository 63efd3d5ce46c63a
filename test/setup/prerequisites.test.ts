import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeBareProject } from './bare-project.ts';

test('a machine with nothing is told at once of everything that it lacks, why, and where to get it', async () => {
  const project = makeBareProject();
  const { code, output } = await project.start().end;
  expect(code).toBe(1);
  for (const lacking of [
    'git',
    'npm',
    'Python 3.10 or newer',
    'Go 1.24 or newer',
    'Java 11 or newer and Maven',
  ]) {
    expect(output).toContain(`Missing: ${lacking}`);
  }
  expect(output).toContain('temporal, prometheus, k6 must be built from source');
  expect(output.match(/why: /g)).toHaveLength(5);
  expect(output.match(/get: /g)).toHaveLength(5);
  expect(existsSync(path.join(project.root, '.tools/setup.lock'))).toBe(false);
});

test('a Python that is too old and a Go that is too old count as missing', async () => {
  const project = makeBareProject();
  project.putOnPath('python3', `echo ${project.programs}/python3; echo 3.9`);
  project.putOnPath('go', 'echo go version go1.21.4 linux/amd64');
  const { output } = await project.start().end;
  expect(output).toContain('Missing: Python 3.10 or newer');
  expect(output).toContain('Missing: Go 1.24 or newer (found 1.21)');
});

test('without uv, a Python that cannot make environments is told of', async () => {
  const project = makeBareProject();
  const noVenv = `case "$2" in *ensurepip*) exit 1;; esac; echo ${project.programs}/python3; echo 3.12`;
  project.putOnPath('python3', noVenv);
  const { output } = await project.start().end;
  expect(output).toContain("Missing: Python's venv module");
  expect(output).toContain('apt install python3-venv');
});

test('a variable that names no program is refused by its name', async () => {
  const project = makeBareProject();
  const { code, output } = await project.start({ LONGHAUL_K6: '/nowhere/k6' }).end;
  expect(code).toBe(1);
  expect(output).toContain('LONGHAUL_K6 names /nowhere/k6, which is not a program');
});

test('an unknown script is refused with the names of those that there are', async () => {
  const project = makeBareProject();
  const { code, output } = await project.start({}, ['--run', 'demos']).end;
  expect(code).toBe(1);
  expect(output).toContain('--run demo|bench|test|test:cluster|cluster:up|cluster:down|check|build');
});
