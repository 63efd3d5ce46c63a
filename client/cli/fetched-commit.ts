import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { git } from './git.ts';

/** Runs `use` with a bare repository that holds one commit of the one at `url`, and removes it after. @throws CommandFailure */
export async function withFetched<T>(
  url: string,
  commit: string,
  use: (repository: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'longhaul-commit-'));
  try {
    await git(['init', '--quiet', '--bare', folder], folder);
    const fetched = await git(['fetch', '--quiet', '--depth', '1', '--', url, commit], folder);
    if (fetched !== null) return await use(folder);
    throw new CommandFailure(
      exitCodes.notFound,
      `There is no commit ${commit} in ${url}, or it cannot be read. Try by hand: git fetch ${url} ${commit}`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
