import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from '../../local/with-lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longhaul-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('work that lost its lock to another, as after a sleep of the machine, fails and brings down nothing', async () => {
  const path = join(folder, 'shared');
  const never = Promise.withResolvers<undefined>().promise;
  const long = new Date(Date.now() - 60_000);
  const working = withLock(path, async () => {
    await utimes(`${path}.lock`, long, long);
    await never;
  });
  await expect(working).rejects.toMatchObject({ code: 'ECOMPROMISED' });
  expect(await withLock(path, () => Promise.resolve('again'))).toBe('again');
}, 60_000);
