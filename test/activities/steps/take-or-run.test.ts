import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readFingerprint } from '../../../activities/store/fingerprints.ts';
import type { CacheMode, StepOutcome, StepSpec } from '../../../core/step.ts';
import { createStepSite, project, stepInput, type StepSite } from './step-site.ts';

type Ran = Exclude<StepOutcome, { readonly status: 'cancelled' | 'skipped' }>;
type Passed = Extract<StepOutcome, { readonly status: 'passed' }>;

let site: StepSite;
let journal: string;
let runs = 0;
beforeAll(() => {
  site = createStepSite();
});
afterAll(() => {
  site.remove();
});
beforeEach(() => {
  process.env['LONGHAUL_TEST_TOKEN'] = 'first-token';
  journal = join(site.folder, `journal-${(runs += 1)}`);
  writeFileSync(journal, '');
});

/** How often commands have really run in this test. */
const ran = (): number => readFileSync(journal, 'utf8').length;
const noted = (): string => `printf . >> ${journal}`;

/** Runs a step as one CI run of the commit does; each call is a run of its own unless `runId` says otherwise. */
async function runStep(
  commit: string,
  step: Partial<StepSpec>,
  more: {
    readonly cache?: CacheMode;
    readonly runId?: string;
    readonly needs?: readonly Passed[];
    readonly overlay?: Readonly<Record<string, string>>;
  } = {},
): Promise<Ran> {
  const { cache = 'use', runId = `run-${(runs += 1)}`, needs = [], overlay = {} } = more;
  const id = `ci/${project}/${commit}`;
  const outcome = await site.run(
    stepInput(commit, step, {
      run: { id, project, commit, configDigest: 'sha256:00', overlay, runId, cache },
      inputs: needs.flatMap(({ outputs }) => outputs),
    }),
  );
  if (outcome.status === 'cancelled' || outcome.status === 'skipped') throw new Error(outcome.reason);
  return outcome;
}

function passed(outcome: StepOutcome): Passed {
  if (outcome.status !== 'passed') throw new Error(JSON.stringify(outcome));
  return outcome;
}

test('of what earlier steps left, the order does not count, but whether it is a file or a folder', async () => {
  const commit = site.repository.commit({ 'README.md': 'meeting outputs' });
  const leave = (path: string) => ({
    name: path,
    run: [`mkdir -p ${path}; touch ${path}/f`],
    outputs: [path],
  });
  const one = passed(await runStep(commit, leave('m')));
  const other = passed(await runStep(commit, leave('m/deep')));
  const use = { name: 'use', needs: ['m', 'm/deep'], run: ['ls -R m', noted()] };
  await runStep(commit, use, { needs: [one, other] });
  expect(await runStep(commit, use, { needs: [other, one] })).toHaveProperty('takenFrom');
  expect(ran()).toBe(1);
  const asFiles = other.outputs.map((output) => ({ ...output, kind: 'file' as const }));
  const changed = await runStep(commit, use, { needs: [one, { ...other, outputs: asFiles }] });
  expect(changed.because).toEqual(['m/deep, which an earlier step left, changed']);
  expect(ran()).toBe(2);
});

test('a second run of a graph takes everything over, with what the first one left', async () => {
  const commit = site.repository.commit({ 'train.sh': 'echo model > models/m', 'README.md': 'one' });
  const train = { name: 'train', run: ['mkdir models', '. ./train.sh', noted()], outputs: ['models'] };
  const evaluate = { name: 'evaluate', needs: ['train'], run: ['cat models/m', noted()] };
  const first = passed(await runStep(commit, train));
  const second = await runStep(commit, evaluate, { needs: [first] });
  expect([first.takenFrom, second.takenFrom, ran()]).toEqual([undefined, undefined, 2]);
  expect([first.because, second.because]).toEqual([['it has not run before'], ['it has not run before']]);

  const again = passed(await runStep(commit, train));
  const evaluatedAgain = await runStep(commit, evaluate, { needs: [again] });
  expect(ran()).toBe(2);
  const { outputs, log } = first;
  expect(again).toMatchObject({ outputs, log, because: [], fingerprint: first.fingerprint });
  expect(again.takenFrom).toMatchObject({ run: `ci/${project}/${commit}`, commit, seconds: first.seconds });
  expect(evaluatedAgain).toMatchObject({ status: 'passed', log: second.log });
  expect(existsSync(join(site.home.worktrees))).toBe(true);
});

test('what a step does not name changes nothing, and is not there for it to read', async () => {
  const step: Partial<StepSpec> = { inputs: ['src'], run: ['cat src/*', noted(), 'test ! -e README.md'] };
  const one = site.repository.commit({ 'src/a.py': 'a', 'README.md': 'one' });
  const other = site.repository.commit({ 'README.md': 'two' });
  await runStep(one, step);
  const taken = await runStep(other, step);
  expect([taken.status, taken.takenFrom?.commit, ran()]).toEqual(['passed', one, 1]);

  const reading = await runStep(other, { ...step, run: ['cat README.md'] });
  expect(reading).toMatchObject({ status: 'failed', because: ['the command changed'] });
});

interface Change {
  readonly told: string;
  readonly step?: Partial<StepSpec>;
  readonly overlay?: Readonly<Record<string, string>>;
  readonly before?: () => void;
}

const tool = (version: string): void => {
  const folder = join(site.folder, 'bin');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'judge'), `#!/bin/sh\necho ${version}\n`);
  chmodSync(join(folder, 'judge'), 0o755);
};

test('each thing that a step depends on makes it run again, and is named', async () => {
  const { git } = site.repository;
  tool('1');
  let commit = site.repository.commit({ 'src/a.py': 'a', 'src/b.py': 'b', 'README.md': 'one' });
  let needed = passed(await runStep(commit, { name: 'earlier', run: ['echo 1 > out'], outputs: ['out'] }));
  const path = `${join(site.folder, 'bin')}:${process.env['PATH'] ?? ''}`;
  let step: Partial<StepSpec> = {
    ...{ name: 'judged', inputs: ['src', '*.md'], run: ['judge', noted()], env: { PATH: path, LEVEL: '1' } },
    ...{ secrets: ['TOKEN'], outputs: [], reports: {} },
  };
  const overlay = { LONGHAUL_CONFIG_DEPTH: '3' };
  const run = (more: Readonly<Record<string, string>> = overlay): Promise<Ran> =>
    runStep(commit, step, { needs: [needed], overlay: more });
  await run();
  expect((await run()).takenFrom).toBeDefined();
  expect(ran()).toBe(1);

  const changes: readonly (Change & { readonly make: () => void | Promise<void> })[] = [
    { told: 'src/a.py changed', make: () => void (commit = site.repository.commit({ 'src/a.py': 'A' })) },
    { told: 'src/c.py added', make: () => void (commit = site.repository.commit({ 'src/c.py': '' })) },
    {
      told: 'src/b.py changed',
      make: () => {
        git('update-index', '--chmod=+x', 'src/b.py');
        git('commit', '--quiet', '--message', 'mode');
        commit = git('rev-parse', 'HEAD');
        git('checkout', '--quiet', '.');
      },
    },
    { told: 'the command changed', make: () => void (step = { ...step, run: ['judge', 'true', noted()] }) },
    {
      told: 'the variable LEVEL changed',
      make: () => void (step = { ...step, env: { ...step.env, LEVEL: '2' } }),
    },
    {
      told: 'the secret TOKEN changed',
      make: () => void (process.env['LONGHAUL_TEST_TOKEN'] = 'second-token'),
    },
    {
      told: 'out, which an earlier step left, changed',
      make: async () => {
        needed = passed(await runStep(commit, { name: 'earlier', run: ['echo 2 > out'], outputs: ['out'] }));
      },
    },
    {
      told: 'the program judge changed',
      make: () => {
        tool('2');
      },
    },
    {
      told: 'what it has to show for a pass changed',
      make: () => void (step = { ...step, reports: { document: 'report.md' } }),
    },
    {
      told: 'it sees the whole commit now',
      make: () => {
        const { inputs: _, ...whole } = step;
        step = whole;
      },
    },
  ];
  for (const { told, make } of changes) {
    const before = ran();
    await make();
    const outcome = await run();
    expect.soft(outcome.because, told).toContain(told);
    expect.soft(outcome.status).toBe('passed');
    expect.soft(ran(), told).toBe(before + 1);
    expect.soft((await run()).takenFrom, told).toBeDefined();
  }
  const changed = await run({ LONGHAUL_CONFIG_DEPTH: '4' });
  expect(changed.because).toEqual(['the variable LONGHAUL_CONFIG_DEPTH changed']);
}, 120_000);

test('other packages in its Python environment make a step run again, though it sees no file of theirs', async () => {
  const locked = (version: string): string => site.repository.commit({ 'locked.txt': `six==${version}\n` });
  site.repository.commit({ 'requirements.txt': '-r locked.txt\n', 'src/a.py': 'python' });
  const step: Partial<StepSpec> = {
    ...{ name: 'python', inputs: ['src'], requirements: ['requirements.txt'] },
    run: ['test ! -e locked.txt', 'python -c "import six; print(six.__version__)"', noted()],
  };
  const first = passed(await runStep(locked('1.16.0'), step));
  const taken = await runStep(site.repository.commit({ 'unseen.md': 'python' }), step);
  expect(taken.takenFrom).toMatchObject({ seconds: first.seconds });
  const other = passed(await runStep(locked('1.17.0'), step));
  expect(other.because).toEqual(['the packages of the Python environment changed']);
  expect(await site.store.getText(other.log?.digest ?? '')).toContain('1.17.0');
  expect(ran()).toBe(2);
}, 120_000);

test('a pattern that chooses nothing is told with the result', async () => {
  const commit = site.repository.commit({ 'src/a.py': 'idle' });
  const { notes } = await runStep(commit, { name: 'idle', inputs: ['src', 'sorce/*.py', '!docs'] });
  expect(notes).toEqual(['the pattern `sorce/*.py` of `inputs` chooses no file of the commit']);
});

test('the value of a secret is in no document', async () => {
  process.env['LONGHAUL_TEST_TOKEN'] = 'hunter2-hunter2';
  const commit = site.repository.commit({ 'a.txt': 'secret' });
  const step = { name: 'secretive', secrets: ['TOKEN'], run: ['true'] };
  const { fingerprint = '' } = await runStep(commit, step);
  const { secrets = {} } = (await readFingerprint(site.store, fingerprint)) ?? {};
  expect(Object.keys(secrets)).toEqual(['TOKEN']);
  const documents = await site.store.listDocuments('');
  for (const key of documents) expect(await site.store.readDocument(key)).not.toContain('hunter2');
});

test('a failure is never taken over, and a pass after it is', async () => {
  const commit = site.repository.commit({ 'a.txt': 'luck' });
  const lucky = join(site.folder, 'lucky');
  const step = { name: 'lucky', run: [noted(), `test -e ${lucky}`] };
  expect((await runStep(commit, step)).status).toBe('failed');
  const again = await runStep(commit, step, { cache: 'retry' });
  expect(again).toMatchObject({ status: 'failed', because: ['it did not pass with these inputs'] });
  appendFileSync(lucky, '');
  expect((await runStep(commit, step)).status).toBe('passed');
  expect((await runStep(commit, step)).takenFrom).toBeDefined();
  expect(ran()).toBe(3);
});

test('with --no-cache a step runs, and others take over what it left', async () => {
  const commit = site.repository.commit({ 'a.txt': 'no cache' });
  const step = { name: 'fresh', run: [noted()] };
  await runStep(commit, step);
  const anew = await runStep(commit, step, { cache: 'ignore' });
  expect(anew.because).toEqual(['the run was started with --no-cache']);
  expect(ran()).toBe(2);
  expect((await runStep(commit, step)).log).toEqual(anew.log);
});

test('a step that is never cached is taken over when its run is retried, and by no other', async () => {
  const commit = site.repository.commit({ 'a.txt': 'deploy' });
  const other = site.repository.commit({ 'unseen.md': 'other' });
  const step: Partial<StepSpec> = { name: 'upload', inputs: ['a.txt'], cache: false, run: [noted()] };
  await runStep(commit, step);
  const again = await runStep(commit, step);
  expect(again.because).toEqual(['the file says `cache: false`']);
  expect((await runStep(commit, step, { cache: 'retry' })).takenFrom).toBeDefined();
  expect(ran()).toBe(2);
  expect((await runStep(other, step, { cache: 'retry' })).takenFrom).toBeUndefined();
});

test('a result whose output is gone from the store is made anew', async () => {
  const commit = site.repository.commit({ 'a.txt': 'gone' });
  const step = { name: 'made', run: ['date +%N > out', noted()], outputs: ['out'] };
  const { outputs } = passed(await runStep(commit, step));
  const hex = outputs[0]?.artifact.digest.replace('sha256:', '') ?? '';
  rmSync(join(site.home.artifacts, 'sha256', hex.slice(0, 2), hex.slice(2)));
  const again = await runStep(commit, step);
  expect([again.because, ran()]).toEqual([['what it left is no longer in the store'], 2]);
});

test.each<[string, CacheMode, Partial<StepSpec>]>([
  ['', 'use', {}],
  [', also of a step that is never cached', 'use', { cache: false }],
  [', also with --no-cache', 'ignore', {}],
])(
  'an attempt whose answer was lost is not run again, and is told as its own%s',
  async (when, cache, more) => {
    const commit = site.repository.commit({ 'a.txt': `lost${when}` });
    const step = { name: 'answered', run: [noted()], ...more };
    const first = await runStep(commit, step, { runId: 'the-same', cache });
    expect(await runStep(commit, step, { runId: 'the-same', cache })).toEqual(first);
    expect(ran()).toBe(1);
  },
);

test('two runs of the same step at once agree with one after them', async () => {
  const commit = site.repository.commit({ 'a.txt': 'twice' });
  const step: Partial<StepSpec> = {
    name: 'twice',
    run: ['mkdir out', 'echo 1 > out/a', noted()],
    outputs: ['out'],
  };
  const other = createStepSite(site.folder);
  const input = (runId: string, id: string) =>
    stepInput(commit, step, {
      run: { id, project, commit, configDigest: '', overlay: {}, runId, cache: 'use' },
    });
  const both = await Promise.all([site.run(input('x', 'ci/x')), other.run(input('y', 'ci/y'))]);
  const outputs = both.map((outcome) => passed(outcome).outputs);
  expect(outputs[0]).toEqual(outputs[1]);
  expect(passed(await runStep(commit, step)).outputs).toEqual(outputs[0]);
});

test('a store that cannot keep a result does not fail the step that passed, and the result tells of it', async () => {
  const commit = site.repository.commit({ 'a.txt': 'store away' });
  const latest = join(site.home.documents, 'step-latest');
  const breakStore = `mv ${latest} ${latest}.away; touch ${latest}`;
  const step = { name: 'unkept', run: [breakStore, noted()] };
  await runStep(commit, { name: 'other' });
  const unkept = await runStep(commit, step);
  expect(unkept).toMatchObject({ status: 'passed' });
  expect(unkept.notes).toEqual([expect.stringContaining('later runs cannot be told of this one: ')]);

  const taken = await runStep(commit, step);
  expect([taken.status, taken.takenFrom?.commit, ran()]).toEqual(['passed', commit, 1]);
  expect(taken.notes).toEqual([expect.stringContaining('later runs cannot be told of this one: ')]);
  rmSync(latest);
  renameSync(`${latest}.away`, latest);
});

test('a step whose inputs cannot be told runs, and says itself what is wrong', async () => {
  const commit = site.repository.commit({ 'a.txt': 'no data' });
  await expect(runStep(commit, { name: 'blind', data: ['nowhere'] })).rejects.toThrow(
    'The data nowhere is not tracked',
  );
});
