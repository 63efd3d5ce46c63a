import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exitCodes } from '../../client/cli/exit-codes.ts';
import { runCli } from '../../client/cli/program.ts';
import { createRepository } from '../activities/workspace/repository.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhaul-validate-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('a pattern of inputs that chooses nothing is told, and is no error', async () => {
  createRepository(folder).commit({
    'src/a.py': '',
    'requirements.txt': '',
    'longhaul.yaml': `version: 1
project: team/model
model: churn
ci:
  steps:
    lint: { run: make, inputs: [src, sorce, '!docs'] }
    test: { run: make }
`,
  });
  let told = '';
  const print = (text: string): string => (told += `${text}\n`);
  const code = await runCli(['validate', folder], { print, printError: print, interactive: false });
  expect(code).toBe(exitCodes.ok);
  expect(told).toContain('is valid: 2 CI steps');
  expect(told).toContain(
    'lint: the pattern `sorce` of `inputs` chooses no file\nlint: the pattern `!docs` of `inputs` chooses no file\n',
  );
  expect(told).not.toContain('test:');
});
