import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeLayer } from '../../../scripts/cluster/image/layer.ts';
import { writeOciArchive } from '../../../scripts/cluster/image/oci-archive.ts';

const deep = `${'a-folder-with-a-long-name/'.repeat(6)}ünder`;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'longhaul-image-'));
  mkdirSync(join(folder, 'code', deep, '..'), { recursive: true });
  writeFileSync(join(folder, 'code', deep), 'x'.repeat(513));
  writeFileSync(join(folder, 'code/run'), '#!/bin/sh\n');
  chmodSync(join(folder, 'code/run'), 0o700);
  symlinkSync('run', join(folder, 'code/link'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const layer = (name: string) =>
  writeLayer(join(folder, name), {
    made: [{ folder: '/tmp', mode: 0o1777 }],
    written: [{ to: '/etc/passwd', text: 'server:x:1:1::/:/bin/sh\n' }],
    placed: [{ from: join(folder, 'code'), to: '/app' }],
  });

test('tar finds each file in a layer, however long its name, with its rights', async () => {
  const { file, size } = await layer('layer.tar');
  expect(readFileSync(file)).toHaveLength(size);
  const listed = execFileSync('tar', ['-tvf', file], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  expect(listed).toMatch(/^drwxrwxrwt 0\/0 .* tmp\/$/m);
  expect(listed).toMatch(/^-rwxr-xr-x 0\/0 .* app\/run$/m);
  expect(listed).toMatch(/^lrwxrwxrwx 0\/0 .* app\/link -> run$/m);
  mkdirSync(join(folder, 'out'));
  execFileSync('tar', ['-xf', file, '-C', join(folder, 'out')]);
  expect(readFileSync(join(folder, 'out/app', deep), 'utf8')).toBe('x'.repeat(513));
});

test('equal content has an equal digest, whenever it was written', async () => {
  const { digest } = await layer('one.tar');
  utimesSync(join(folder, 'code/run'), 1, 1);
  expect((await layer('two.tar')).digest).toBe(digest);
  writeFileSync(join(folder, 'code/run'), '#!/bin/bash\n');
  expect((await layer('three.tar')).digest).not.toBe(digest);
});

test('an archive leads from its index to each blob by digest', async () => {
  const archive = join(folder, 'image.tar');
  const settings = { name: 'longhaul.test/it:1', entrypoint: ['/app/run'], user: '1:1', folder: '/app' };
  await writeOciArchive(archive, settings, [await layer('layer.tar')]);
  const out = join(folder, 'out');
  mkdirSync(out);
  execFileSync('tar', ['-xf', archive, '-C', out]);
  const read = (name: string) => JSON.parse(readFileSync(join(out, name), 'utf8')) as Described;
  for (const name of readdirSync(join(out, 'blobs/sha256')))
    expect(digestOf(readFileSync(join(out, 'blobs/sha256', name)))).toBe(name);
  const [manifest] = read('index.json').manifests ?? [];
  expect(manifest?.annotations?.['io.containerd.image.name']).toBe('longhaul.test/it:1');
  const { config, layers } = read(blob(manifest?.digest));
  expect(read(blob(config?.digest)).rootfs?.diff_ids).toEqual(layers?.map(({ digest }) => digest));
});

interface Reference {
  readonly digest: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Described {
  readonly manifests?: readonly Reference[];
  readonly config?: Reference;
  readonly layers?: readonly Reference[];
  readonly rootfs?: { readonly diff_ids: readonly string[] };
}

const blob = (digest = ''): string => `blobs/sha256/${digest.replace('sha256:', '')}`;
const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
