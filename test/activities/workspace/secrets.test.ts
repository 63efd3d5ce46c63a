import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSecrets } from '../../../local/secrets.ts';

test('a secret is read from where the operator says, and only if granted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'longhaul-secrets-'));
  try {
    await writeFile(join(folder, 'token'), 'from file\n');
    const secrets = createSecrets({
      sources: {
        TOKEN: { file: join(folder, 'token') },
        KEY: { env: 'REAL_KEY' },
        GONE: { file: join(folder, 'no') },
      },
      environment: { REAL_KEY: 'from variable', OTHER: 'x' },
    });

    expect(await secrets.resolve(['TOKEN', 'KEY'])).toEqual({ TOKEN: 'from file', KEY: 'from variable' });
    expect(await secrets.resolve([])).toEqual({});
    await expect(secrets.resolve(['OTHER'])).rejects.toMatchObject({ type: 'NotPermitted' });
    await expect(secrets.resolve(['toString'])).rejects.toMatchObject({ type: 'NotPermitted' });
    await expect(secrets.resolve(['GONE'])).rejects.toMatchObject({ type: 'MissingSecret' });
  } finally {
    await rm(folder, { recursive: true });
  }
});
