import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { placeInputs, storeOutputs } from '../../../activities/steps/outputs.ts';
import { createArtifactStore } from '../../../activities/store/index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhaul-outputs-'));
});
afterEach(() => rm(folder, { recursive: true }));

const store = () =>
  createArtifactStore({ home: { artifacts: join(folder, 'a'), documents: join(folder, 'd') } });

/** The folders of one attempt on one host. */
async function attemptOn(host: string) {
  const at = (name: string) => join(folder, host, name);
  for (const name of ['code', 'output', 'tmp']) await mkdir(at(name), { recursive: true });
  return {
    ...{ root: at(''), code: at('code'), output: at('output'), temporary: at('tmp') },
    ...{ checkpoints: at('checkpoints'), progress: at('progress'), home: at('home') },
  };
}

test('a folder is one artifact, whichever host made it, when, and with which umask', async () => {
  const here = await attemptOn('here');
  const there = await attemptOn('there');
  await mkdir(join(here.code, 'model', 'deep', 'empty'), { recursive: true });
  await writeFile(join(here.code, 'model', 'b.txt'), 'same');
  await writeFile(join(here.code, 'model', 'a.sh'), 'echo', { mode: 0o700 });
  await writeFile(join(here.code, 'model', 'c.txt'), 'same');

  await mkdir(join(there.code, 'model', 'deep', 'empty'), { recursive: true, mode: 0o777 });
  await writeFile(join(there.code, 'model', 'c.txt'), 'same');
  await link(join(there.code, 'model', 'c.txt'), join(there.code, 'model', 'b.txt'));
  await writeFile(join(there.code, 'model', 'a.sh'), 'echo');
  await chmod(join(there.code, 'model', 'a.sh'), 0o777);
  await chmod(join(there.code, 'model', 'b.txt'), 0o660);
  for (const name of ['a.sh', 'b.txt', 'deep/empty']) await utimes(join(there.code, 'model', name), 9, 9);

  const [first, second] = [here, there].map((folders) => storeOutputs(store(), folders, ['model']));
  expect((await second)?.outputs[0]?.artifact.digest).toBe((await first)?.outputs[0]?.artifact.digest);
});

test('a folder comes back with its links, empty folders and programs, at a time that zip knows', async () => {
  const left = await attemptOn('left');
  await mkdir(join(left.output, 'model', 'empty'), { recursive: true });
  await writeFile(join(left.output, 'model', 'run.sh'), 'echo', { mode: 0o755 });
  await symlink('run.sh', join(left.output, 'model', 'latest'));
  const { outputs } = await storeOutputs(store(), left, ['model']);

  const taken = await attemptOn('taken');
  await placeInputs(store(), taken, outputs);
  const place = join(taken.code, 'model');
  expect(await readFile(join(place, 'latest'), 'utf8')).toBe('echo');
  expect(await readlink(join(place, 'latest'))).toBe('run.sh');
  expect((await stat(join(place, 'run.sh'))).mode & 0o111).toBe(0o111);
  expect((await stat(join(place, 'run.sh'))).mtime.getFullYear()).toBe(2000);
  expect((await stat(join(place, 'empty'))).isDirectory()).toBe(true);
});

test('outputs that meet are placed alike, whichever step is named first', async () => {
  const [outer, inner] = [await attemptOn('outer'), await attemptOn('inner')];
  await mkdir(join(outer.code, 'data'));
  for (const name of ['a', 'b']) await writeFile(join(outer.code, 'data', name), 'outer');
  await mkdir(join(inner.code, 'data'));
  await writeFile(join(inner.code, 'data', 'b'), 'inner');
  const { outputs: folders } = await storeOutputs(store(), outer, ['data/']);
  const { outputs: files } = await storeOutputs(store(), inner, ['./data/b']);
  for (const [host, outputs] of [
    ['one', [...folders, ...files]],
    ['other', [...files, ...folders]],
  ] as const) {
    const taken = await attemptOn(host);
    await placeInputs(store(), taken, outputs);
    const texts = ['a', 'b'].map((name) => readFile(join(taken.code, 'data', name), 'utf8'));
    expect(await Promise.all(texts)).toEqual(['outer', 'inner']);
  }
});

test('another folder is another artifact', async () => {
  const attempt = await attemptOn('one');
  await mkdir(join(attempt.code, 'model'));
  await writeFile(join(attempt.code, 'model', 'a'), '1');
  const first = await storeOutputs(store(), attempt, ['model']);
  await chmod(join(attempt.code, 'model', 'a'), 0o755);
  const second = await storeOutputs(store(), attempt, ['model']);
  expect(second.outputs[0]?.artifact.digest).not.toBe(first.outputs[0]?.artifact.digest);
});
