import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { seededPytest, usesPytestRandomly } from '../../../activities/steps/pytest-seed.ts';
import { findTools } from '../../../local/tools.ts';
import { stepInput } from './step-site.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhaul-seed-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** The environment with pytest-randomly, and one without. */
const { flightsPython, testServersPython } = findTools();
const step = stepInput('c', { run: ['pytest'] }).step;

test('the seed is fixed where pytest-randomly is there and on, and only there', async () => {
  expect(await usesPytestRandomly(flightsPython, folder, step)).toBe(true);
  expect(await usesPytestRandomly(testServersPython, folder, step)).toBe(false);
  expect(await usesPytestRandomly(null, folder, step)).toBe(false);
  const off = { ...step, run: ['pytest -p no:randomly'] };
  expect(await usesPytestRandomly(flightsPython, folder, off)).toBe(false);
  writeFileSync(join(folder, 'pyproject.toml'), '[tool.pytest.ini_options]\naddopts = "-p no:randomly"\n');
  expect(await usesPytestRandomly(flightsPython, folder, step)).toBe(false);
});

test('pytest takes the seed 42, and one that the file sets before it', () => {
  writeFileSync(join(folder, 'test_x.py'), 'def test_x():\n    pass\n');
  const run = (given?: string): string =>
    execFileSync(join(flightsPython, 'bin', 'pytest'), ['-p', 'no:cacheprovider', 'test_x.py'], {
      ...{ cwd: folder, encoding: 'utf8' },
      env: { PATH: process.env['PATH'], ...seededPytest(given) },
    });
  expect(run()).toContain('Using --randomly-seed=42');
  expect(run('--strict-markers')).toContain('Using --randomly-seed=42');
  expect(run('--randomly-seed=7')).toContain('Using --randomly-seed=7');
});
