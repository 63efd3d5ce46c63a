import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withPyenvVersions } from '../../../activities/workspace/pyenv.ts';

test('all versions of pyenv are on the path, the chosen one first, and nothing changes without pyenv', () => {
  const root = mkdtempSync(join(tmpdir(), 'longhaul-pyenv-'));
  try {
    const shims = join(root, 'shims');
    expect(withPyenvVersions(`/usr/bin:${shims}:/bin`)).toBe(`/usr/bin:${shims}:/bin`);
    for (const version of ['2.7.18', '3.9.18', '3.11.7', '3.12.1', '3.6.15']) {
      mkdirSync(join(root, 'versions', version, 'bin'), { recursive: true });
    }
    writeFileSync(join(root, 'version'), '3.11.7\n');
    const bins = ['3.11.7', '3.12.1', '3.9.18'].map((version) => join(root, 'versions', version, 'bin'));
    expect(withPyenvVersions(`/usr/bin:${shims}:/bin`)).toBe(['/usr/bin', ...bins, '/bin'].join(':'));
  } finally {
    rmSync(root, { recursive: true });
  }
});
