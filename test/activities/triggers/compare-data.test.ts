import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toCompareStep } from '../../../config/compare-step.ts';
import { triggersSchema } from '../../../config/triggers-config.ts';
import type { StepOutcome } from '../../../core/step.ts';
import { findTools } from '../../../local/tools.ts';
import { startMoto } from '../../servers/moto.ts';
import type { StartedMoto } from '../../servers/moto.ts';
import { createStepSite, stepInput } from '../steps/step-site.ts';
import type { StepSite } from '../steps/step-site.ts';

const python = findTools().testServersPython;
const PATH = [join(python, 'bin'), process.env['PATH']].join(delimiter);

let moto: StartedMoto;
let site: StepSite;
let origin: string;

const runPython = (script: string): void => {
  execFileSync(join(python, 'bin', 'python'), ['-c', script], {
    ...{ cwd: origin, stdio: 'pipe' },
    env: { ...process.env, ...moto.env, PATH },
  });
};
const put = (key: string, text: string): void => {
  runPython(`import boto3; boto3.client('s3').put_object(Bucket='raw', Key='${key}', Body=b'${text}')`);
};

beforeAll(async () => {
  moto = await startMoto();
  await moto.createBucket('raw');
  site = createStepSite();
  origin = join(site.folder, 'origin');
  mkdirSync(join(origin, '.dvc'));
  writeFileSync(
    join(origin, '.dvc', 'config'),
    `['remote "raw"']\n    url = s3://raw\n    endpointurl = ${moto.endpoint}\n`,
  );
  writeFileSync(join(origin, 'notes.txt'), 'content of the commit');
  put('days.csv', 'a,b');
  runPython(`
from dvc.cli import main
assert main(['import-url', '--quiet', '--no-download', 'remote://raw/days.csv', 'days.csv']) == 0
assert main(['add', '--quiet', 'notes.txt']) == 0
`);
});
afterAll(async () => {
  await moto.stop();
  site.remove();
});

/** What a look at a commit sees, as the digest that is compared. */
async function look(commit: string, data: object = {}): Promise<StepOutcome> {
  const { compare } = triggersSchema.parse({ data: { compare: data } }).data;
  if (compare === undefined) throw new Error('There is nothing to compare.');
  const step = toCompareStep(compare, {
    python: { requirements: [], extras: [], groups: [], install: [] },
    env: { PATH, ...moto.env },
    secrets: [],
  });
  return site.run(stepInput(commit, step));
}
const seen = (outcome: StepOutcome): string => {
  if (outcome.status !== 'passed') throw new Error(JSON.stringify(outcome, null, 2));
  return outcome.outputs[0]?.artifact.digest ?? '';
};

test('what DVC imports from a bucket is seen as it is there, without a download', async () => {
  const commit = site.repository.commit({ 'README.md': 'Data' });
  const first = seen(await look(commit));
  const later = site.repository.commit({ 'README.md': 'Other words' });
  expect(seen(await look(later))).toBe(first);

  put('days.csv', 'a,b,c');
  const second = seen(await look(commit));
  expect(second).not.toBe(first);
  expect(await site.store.getText(second)).toMatch(/^days\.csv\.dvc\ndeps:\n[^]*etag/);
});

test('a command of the project’s own is compared by what it prints', async () => {
  const commit = site.repository.commit({ version: '1' });
  const run = ['cat version', 'echo rows: 7'];
  const first = seen(await look(commit, { run }));
  expect(await site.store.getText(first)).toBe('1rows: 7\n');
  expect(seen(await look(site.repository.commit({ version: '2' }), { run }))).not.toBe(first);
});

test('a source that cannot be asked is no change, and neither is a project without imports', async () => {
  const commit = site.repository.commit({ version: '4' });
  expect(await look(commit, { run: 'false' })).toMatchObject({ status: 'failed' });
  site.repository.git('rm', '--quiet', 'days.csv.dvc');
  expect(await look(site.repository.commit({ version: '3' }))).toMatchObject({
    status: 'failed',
    lastLines: expect.arrayContaining([
      expect.stringContaining('say in triggers.data.compare.run what is to be compared'),
    ]) as unknown,
  });
});
