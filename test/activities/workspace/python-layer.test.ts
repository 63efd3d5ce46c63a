import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPythonSite, pythonIn, type PythonSite } from './python-site.ts';

let site: PythonSite;
let environment: string;
const layerAt = (...path: readonly string[]): Promise<string> =>
  site.environments.install({
    ...{ environment, code: site.code, folders: [] },
    layer: join(site.home.worktrees, ...path),
  });
const print = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, args, { encoding: 'utf8' }).trim();

beforeEach(async () => {
  site = createPythonSite();
  site.publish('tiny', '1.0');
  site.write({ 'requirements.txt': 'tiny\n' });
  environment = await site.environments.ensure(site.request({ requirements: ['requirements.txt'] }));
});
afterEach(() => {
  site.remove();
});

test('a layer has the packages and programs of its environment, and is a prefix of its own', async () => {
  const layer = await layerAt('layer');
  expect(pythonIn(layer, 'import sys, tiny; print(sys.prefix, tiny.version)')).toBe(`${layer} 1.0`);
  expect(print(join(layer, 'bin', 'tiny'), 'json')).toBe('json');
  const prefix = `. ${join(layer, 'bin', 'activate')}; python -c 'import sys; print(sys.prefix)'`;
  expect(print('bash', '-c', prefix)).toBe(layer);
  const seen =
    'from importlib.metadata import distributions; print(*[each.name for each in distributions()])';
  expect(pythonIn(layer, seen)).toBe('tiny');
});

test('what packages put beside their modules is seen in the layer; what is added there stays there', async () => {
  const kernels = join('share', 'jupyter', 'kernels');
  await mkdir(join(environment, kernels), { recursive: true });
  await writeFile(join(environment, kernels, 'python3.json'), '{}');
  const layer = await layerAt('layer');
  expect(await readFile(join(layer, kernels, 'python3.json'), 'utf8')).toBe('{}');
  await writeFile(join(layer, kernels, 'own.json'), '{}');
  expect(await readdir(join(environment, kernels))).toEqual(['python3.json']);
  expect(existsSync(join(layer, '.longhaul-complete'))).toBe(false);
});

test('a program runs also where the path of its interpreter is longer than a first line may be', async () => {
  const layer = await layerAt('a'.repeat(120), 'layer');
  expect(await readFile(join(layer, 'bin', 'tiny'), 'utf8')).toMatch(/^#!\/bin\/sh\n/);
  expect(print(join(layer, 'bin', 'tiny'), 'json', 'tiny')).toBe('json tiny');
});
