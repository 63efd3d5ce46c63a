/** Where a tool says that something is, as a path of the repository. */

/** The folder of the code of one attempt of a step (activities/steps/attempt-folders.ts). */
const worktree = /^.*\/worktrees\/[0-9a-f]{16}-\d+\/code\//;
const installed = /(?:^|\/)(?:site-packages|dist-packages|\.venv|venv)\//;

/** Null for what lies outside of the repository, such as an installed package. */
export function repositoryPath(told: string): string | null {
  const path = told
    .trim()
    .replaceAll('\\', '/')
    .replace(worktree, '')
    .replace(/^(?:\.\/)+/, '');
  const isOutside = path === '' || /^(?:[/<~]|[A-Za-z]:\/)/.test(path) || path.split('/').includes('..');
  return isOutside || installed.test(path) ? null : path;
}
