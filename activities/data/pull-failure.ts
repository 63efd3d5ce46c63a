import { LonghaulError } from '../../core/errors.ts';
import { diagnosePull } from '../../core/failures/data.ts';
import type { Flaw } from './verify-data.ts';

/** Why `dvc pull` failed, in words for people. */
export function tellPullFailure(output: string): string {
  const said = sayingOf(output);
  const known = diagnosePull(output);
  return known === null ? said : `${known.cause} (${said})`;
}

/** The error for data that is whole neither on the remote nor in the cache. */
export function dataUnavailable(output: string, exitCode: number, flaws: readonly Flaw[]): LonghaulError {
  const named = flaws
    .slice(0, 3)
    .map(({ path, kind }) => `${path} (${kind})`)
    .join(', ');
  const rest = flaws.length > 3 ? ` and ${flaws.length - 3} more` : '';
  const known = exitCode === 0 ? null : diagnosePull(output);
  const why =
    exitCode === 0 ? '`dvc pull` said that all is well' : `\`dvc pull\`: ${tellPullFailure(output)}`;
  const message = `Data is not whole, from the remote or from the cache: ${named}${rest}; ${why}.`;
  return new LonghaulError(known?.kind === 'infrastructure' ? 'Unreachable' : 'DataUnavailable', message, {
    mend: known?.mend ?? 'Run `dvc push` where the data is whole.',
    ...(known === null ? {} : { diagnosis: known }),
  });
}

function sayingOf(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const errors = lines.filter((line) => line.startsWith('ERROR:'));
  return (errors[0] ?? lines.findLast((line) => line !== '') ?? 'no reason given').replace(/^ERROR:\s*/, '');
}
