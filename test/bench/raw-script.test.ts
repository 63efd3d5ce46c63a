import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { rawScript } from '../../bench/ci/raw-script.ts';
import { secondsOf } from '../../bench/ci/timed.ts';
import { loadProject } from '../../config/load-project.ts';
import { findTools } from '../../local/tools.ts';
import { createRepository } from '../activities/workspace/repository.ts';
import { processesWith } from '../activities/steps/processes.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhaul-script-'));
  await mkdir(join(folder, 'here'));
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

const withoutPython = 'version: 1\nproject: acme/model\nmodel: model\npython: { requirements: [] }\n';
const neverInterrupted = new AbortController().signal;

/** Runs the script of a repository with this longhaul.yaml, and tells the seconds that it took. */
async function runScript(yaml: string, interrupted = neverInterrupted): Promise<number> {
  const repository = createRepository(join(folder, "team's repository"));
  const files = new Map([
    ['longhaul.yaml', yaml],
    ['requirements.txt', 'six==1.17.0\n'],
    ['environments/staging.yaml', 'model: { size: 3 }\n'],
    ['data.txt', 'here'],
  ]);
  const commit = repository.commit(Object.fromEntries(files));
  const loaded = loadProject({ files: (path) => files.get(path) ?? null });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const script = join(folder, 'ci.sh');
  writeFileSync(script, rawScript({ plan: loaded.ciPlan, url: repository.url, commit, uv: findTools().uv }));
  return secondsOf(['bash', script], { folder: join(folder, 'here'), env: process.env, interrupted });
}

const outputOf = (step: string, file: string): string =>
  readFileSync(join(folder, 'here', 'output', step, file), 'utf8');

test('the script runs each step after what it needs, with the environment that Longhaul gives', async () => {
  const seconds = await runScript(`
version: 1
project: acme/model
model: model
ci:
  steps:
    last: { needs: [first], run: 'cp made.txt $LONGHAUL_OUTPUT_DIR' }
    first:
      env: { WORD: "it's" }
      run:
        - cat data.txt > made.txt
        - python -c 'import six; print(six.__version__)' >> made.txt
        - echo "$WORD $LONGHAUL_CONFIG_MODEL_SIZE $PYTHONHASHSEED" >> made.txt
`);
  expect(outputOf('last', 'made.txt')).toBe("here1.17.0\nit's 3 42\n");
  expect(seconds).toBeGreaterThan(0);
});

test('it stops at the first command that fails, and tells its last lines', async () => {
  const yaml = `${withoutPython}
ci: { steps: { one: { run: ['echo broken pipe', 'false | cat', 'touch $LONGHAUL_OUTPUT_DIR/after'] } } }
`;
  await expect(runScript(yaml)).rejects.toThrow(/ended with 1:\n== one\nbroken pipe/);
  expect(existsSync(join(folder, 'here', 'output', 'one', 'after'))).toBe(false);
});

test('an interruption ends all that it started', async () => {
  const interruption = new AbortController();
  const mark = `sleeps-for-${process.pid}`;
  const yaml = `${withoutPython}
ci: { steps: { one: { run: 'echo $$ > ${join(folder, 'started')}; MARK=${mark} sleep 600' } } }
`;
  const running = runScript(yaml, interruption.signal);
  const watch = setInterval(() => {
    if (existsSync(join(folder, 'started'))) interruption.abort(new Error('enough'));
  }, 20);
  await expect(
    running.finally(() => {
      clearInterval(watch);
    }),
  ).rejects.toThrow('enough');
  expect(processesWith(mark)).toEqual([]);
});
