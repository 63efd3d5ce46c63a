import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createArtifactStore } from '../../../activities/store/index.ts';
import { testArtifactStore } from './contract.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhaul-store-'));
});
afterEach(() => rm(folder, { recursive: true }));

const open = () =>
  createArtifactStore({ home: { artifacts: join(folder, 'a'), documents: join(folder, 'd') } });

testArtifactStore({
  open,
  kept: async () => {
    const found = await readdir(join(folder, 'a', 'sha256'), { recursive: true });
    return found.filter((path) => path.length > 60);
  },
  damage: (digest, bytes) => {
    const hex = digest.slice('sha256:'.length);
    return writeFile(join(folder, 'a', 'sha256', hex.slice(0, 2), hex.slice(2)), bytes);
  },
});

test('nothing is left beside what was stored, and no key leads out of the folder', async () => {
  await open().putText('hello', 'x');
  await open().writeDocument('../up', '1');
  expect(await readdir(join(folder, 'a', 'incoming'))).toEqual([]);
  expect((await readdir(folder)).sort()).toEqual(['a', 'd']);
});
