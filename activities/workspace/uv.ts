import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { LonghaulError } from '../../core/errors.ts';
import { withLease } from '../../local/caches/leases.ts';
import { uvCache, type CacheHome } from '../../local/caches/places.ts';
import { runGuarded, type GuardedCommand } from '../steps/run-guarded.ts';
import { withPyenvVersions } from './pyenv.ts';
import { toolEnvironment } from './tool-environment.ts';

/**
 * Runs uv to its end and resolves to all that it printed.
 * @throws LonghaulError BrokenEnvironment with uv's own words, or Unreachable when a package index does not answer; Error
 * when the machine is at fault, as with a full disk
 */
export type Uv = (
  args: readonly string[],
  at?: {
    /** Default: a folder without settings of uv. */
    readonly folder?: string;
    readonly env?: Readonly<Record<string, string>>;
    /** What could not be done, for people; default: make the Python environment. */
    readonly what?: string;
    readonly mend?: string;
  },
) => Promise<string>;

/**
 * uv with the worker's own settings of it (indexes, credentials) and the machine's cache, under a guard, so that no
 * orphan goes on when the worker is gone.
 * @param program asked for at each call
 */
export function createUv(program: () => string, home: CacheHome): Uv {
  return async (args, at = {}) => {
    let output = '';
    const order: GuardedCommand = {
      program: [program(), ...args],
      folder: at.folder ?? tmpdir(),
      env: {
        ...toolEnvironment(['UV_', 'NETRC']),
        PATH: withPyenvVersions(process.env['PATH'] ?? ''),
        UV_CACHE_DIR: uvCache(home),
        NO_COLOR: '1',
        ...at.env,
      },
      marker: randomUUID(),
      onOutput: (text) => {
        output += text;
      },
    };
    const end = await withLease(home, 'uv', () => runGuarded(order));
    if (end.kind === 'notStarted') throw uvFailure(`the program uv does not start: ${end.reason}`, at);
    if (end.kind !== 'exited') throw new Error(`uv was ended from outside. ${output}`);
    if (end.code !== 0) throw uvFailure(output, at);
    return output;
  };
}

const passing =
  /error sending request|failed to fetch|connection (refused|reset)|dns error|timed out|request failed after|50[0234] /i;
/** An answer of the index that another try would get again. */
const refusal = /HTTP status client error \((401|403|404|410)/;
const fullDisk = /No space left on device|\(os error 28\)/;

function uvFailure(
  output: string,
  { what = 'make the Python environment', mend }: { readonly what?: string; readonly mend?: string },
): Error {
  const reason = output
    .split('\n')
    .map((line) => line.replace(/^[\s×╰─▶├│]+|^error:\s*|^cause:\s*/g, '').trim())
    .filter((line) => line !== '' && !line.startsWith('warning: '))
    .join(' ')
    .slice(0, 1500)
    .replace(/[^.!?]$/, '$&.');
  if (fullDisk.test(output)) return new Error(`uv cannot ${what}: ${reason}`);
  if (refusal.test(output)) {
    return new LonghaulError('BrokenEnvironment', `A package index refuses: ${reason}`, {
      mend: 'Give the workers credentials for it (`UV_INDEX_…`, ~/.netrc), or correct its address.',
    });
  }
  if (passing.test(output)) {
    return new LonghaulError('Unreachable', `uv could not reach a package index: ${reason}`, {
      mend: 'It is tried again; check the network or the index’s settings if it goes on.',
    });
  }
  return new LonghaulError('BrokenEnvironment', `uv cannot ${what}: ${reason}`, {
    mend: mend ?? 'Correct the requirements that longhaul.yaml names.',
  });
}
