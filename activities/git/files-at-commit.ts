import { spawnSync } from 'node:child_process';
import { toolEnvironment } from '../workspace/tool-environment.ts';

const largestFile = 4 * 1024 * 1024;

/**
 * Reads files of one commit out of a bare repository. Not async, since the loader of the configuration asks for one
 * file after the other while it resolves; each takes a few milliseconds.
 * @returns the text, or null for a path that is no file of the commit
 */
export function filesAtCommit(mirror: string, commit: string): (path: string) => string | null {
  return (path) => {
    const show = spawnSync('git', ['--git-dir', mirror, 'cat-file', 'blob', `${commit}:${path}`], {
      env: toolEnvironment([]),
      encoding: 'utf8',
      maxBuffer: largestFile,
    });
    return show.status === 0 ? show.stdout : null;
  };
}
