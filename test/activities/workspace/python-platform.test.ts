import { execFileSync } from 'node:child_process';
import { arch } from 'node:os';
import { expect, test } from 'vitest';
import { wheelPlatform } from '../../../activities/workspace/python-platform.ts';

test.runIf(process.platform === 'linux')('a lock is of one C library, as the machine itself names it', () => {
  const loader = `/lib/ld-musl-${arch() === 'x64' ? 'x86_64' : 'aarch64'}.so.1`;
  const said = execFileSync('sh', ['-c', `getconf GNU_LIBC_VERSION || ${loader} 2>&1 || true`], {
    ...{ encoding: 'utf8' as const, stdio: 'pipe' as const },
  });
  const version = /(?:glibc |Version )(\S+)/.exec(said)?.[1] ?? '';
  expect(version).toMatch(/^\d/);
  expect(wheelPlatform()).toBe(`linux ${arch()} ${said.includes('musl') ? 'musl' : 'glibc'} ${version}`);
});
