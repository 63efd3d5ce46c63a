import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { liveLeases } from '../../../local/caches/leases.ts';
import { stepLogPath } from '../../../local/home.ts';
import { selfBuiltPackage, writePip, writeWheel } from '../workspace/python-site.ts';
import { createStepSite, stepInput, type StepSite } from './step-site.ts';

let site: StepSite;
beforeEach(() => {
  vi.stubEnv('UV_NO_INDEX', '1').stubEnv('UV_CACHE_DIR', '');
  site = createStepSite();
});
afterEach(() => {
  vi.unstubAllEnvs();
  site.remove();
});

const logOf = (commit: string): Promise<string> =>
  readFile(stepLogPath(site.home.logs, stepInput(commit, {}).run.id, 'step', 1), 'utf8');

test('a step imports the repository’s own package, which its requirements or its `install` name', async () => {
  const commit = site.repository.commit({
    ...selfBuiltPackage('.', 'model', ''),
    'requirements.txt': '-e .\n',
    'empty.txt': '',
  });
  const run = ['cd /; python -c "import model; print(model.__file__)"'];
  expect(await site.run(stepInput(commit, { requirements: ['requirements.txt'], run }))).toMatchObject({
    status: 'passed',
  });
  expect(await logOf(commit)).toMatch(/code\/src\/model\/__init__\.py$/m);
  const named = stepInput(commit, { requirements: ['empty.txt'], install: ['.'], run });
  expect(await site.run(named)).toMatchObject({ status: 'passed' });
  const without = stepInput(commit, { requirements: ['empty.txt'], run });
  expect(await site.run(without)).toMatchObject({ status: 'failed' });
});

test('a package that the requirements name is left out where the step does not see it, and that is told', async () => {
  const commit = site.repository.commit({
    ...selfBuiltPackage('.', 'model', ''),
    'requirements.txt': '-e .\n',
    'notes.md': '',
  });
  const step = { requirements: ['requirements.txt'], inputs: ['*.md'], run: ['python -c ""'] };
  expect(await site.run(stepInput(commit, step))).toMatchObject({ status: 'passed' });
  expect(await logOf(commit)).toContain('not among the step’s inputs');
});

test('what a command installs, or writes beside its packages, is gone with its attempt', async () => {
  const index = mkdtempSync(join(site.folder, 'index-'));
  vi.stubEnv('UV_FIND_LINKS', index);
  writePip(index);
  for (const version of ['1.0', '2.0']) writeWheel(index, 'tiny', version);
  const commit = site.repository.commit({ 'requirements.txt': 'pip\ntiny==1.0\n' });
  const version = 'python -c "import tiny; print(tiny.version)"';
  const program = 'tiny sys';
  const spoil = `echo "version = 'spoilt'" > $(python -c "import tiny; print(tiny.__file__)")`;
  const run = (...commands: readonly string[]) =>
    site.run(stepInput(commit, { requirements: ['requirements.txt'], run: [...commands] }));
  const install = `pip install --quiet --no-index --find-links ${index} tiny==2.0`;
  expect(await run(install, version, program, spoil, version)).toMatchObject({ status: 'passed' });
  expect(await logOf(commit)).toMatch(/^2\.0\n.*\nsys\n[\s\S]*^spoilt$/m);
  expect(await run(version, program, 'pip uninstall --yes tiny', version)).toMatchObject({
    status: 'passed',
  });
  expect(await logOf(commit)).toMatch(/^1\.0\n.*\nsys\n[\s\S]*^1\.0$/m);
});

test('a command that asks for pip, which its environment lacks, does not change the machine’s Python', async () => {
  const commit = site.repository.commit({ 'requirements.txt': '' });
  const step = { requirements: ['requirements.txt'], run: ['pip install tiny'] };
  expect(await site.run(stepInput(commit, step))).toMatchObject({
    status: 'failed',
    lastLines: expect.arrayContaining([expect.stringContaining('has no pip')]) as string[],
  });
});

test('commands find the caches of the machine, under a lease; the file may set others', async () => {
  const commit = site.repository.commit({ 'a.txt': '' });
  const leases = join(site.home.caches, 'leases');
  const input = stepInput(commit, {
    env: { TORCH_HOME: '/elsewhere' },
    run: [`echo "$HF_HOME $UV_CACHE_DIR $PIP_CACHE_DIR $TORCH_HOME"; ls ${leases} | wc -l`],
  });
  expect(await site.run(input)).toMatchObject({ status: 'passed' });
  const caches = ['hub', 'uv', 'pip'].map((name) => join(site.home.caches, name)).join(' ');
  expect(await logOf(commit)).toContain(`${caches} /elsewhere\n1\n`);
  expect(await liveLeases(site.home)).toEqual([]);
});
