import { LonghaulError } from '../../core/errors.ts';
import type { Flaw } from './verify-data.ts';

interface Cause {
  readonly seen: RegExp;
  readonly told: string;
  readonly mend: string;
  readonly passes: boolean;
}

/** What DVC says, and what it means. The first that fits counts. */
const causes: readonly Cause[] = [
  {
    seen: /expiredtoken|token.*(has )?expired|credentials.*expired/i,
    told: 'the credentials of the remote have expired',
    mend: 'Renew the secrets that the step names.',
    passes: false,
  },
  {
    seen: /unable to locate credentials|access ?denied|forbidden|unauthorized|\b40[13]\b|permission denied|authentication/i,
    told: 'the remote refuses the credentials, or got none',
    mend: 'Name the secrets of the remote in the step’s `secrets`, and check their values.',
    passes: false,
  },
  {
    seen: /connection (refused|reset|error)|cannot connect|could not connect|failed to connect|name or service not known|name resolution|timed? ?out|unreachable/i,
    told: 'the remote does not answer',
    mend: 'It is tried again; check the remote’s address if it goes on.',
    passes: true,
  },
  {
    seen: /is supported, but requires '[\w-]+'/i,
    told: 'the Python environment has no support for this kind of remote',
    mend: 'Add the package that DVC names to the step’s requirements.',
    passes: false,
  },
  {
    seen: /neither locally nor on remote|no such file or directory|failed to download/i,
    told: 'the remote does not have the files, or does not let DVC see them',
    mend: 'Run `dvc push` where the data is, and check that the remote’s `url` is right from anywhere.',
    passes: false,
  },
];

/** Why `dvc pull` failed, in words for people. */
export function tellPullFailure(output: string): string {
  const said = sayingOf(output);
  const cause = causeOf(output);
  return cause === undefined ? said : `${cause.told} (${said})`;
}

/** The error for data that is whole neither on the remote nor in the cache. */
export function dataUnavailable(output: string, exitCode: number, flaws: readonly Flaw[]): LonghaulError {
  const named = flaws
    .slice(0, 3)
    .map(({ path, kind }) => `${path} (${kind})`)
    .join(', ');
  const rest = flaws.length > 3 ? ` and ${flaws.length - 3} more` : '';
  const why =
    exitCode === 0 ? '`dvc pull` said that all is well' : `\`dvc pull\`: ${tellPullFailure(output)}`;
  const message = `Data is not whole, from the remote or from the cache: ${named}${rest}; ${why}.`;
  const cause = exitCode === 0 ? undefined : causeOf(output);
  return new LonghaulError(cause?.passes === true ? 'Unreachable' : 'DataUnavailable', message, {
    mend: cause?.mend ?? 'Run `dvc push` where the data is whole.',
  });
}

function causeOf(output: string): Cause | undefined {
  return causes.find(({ seen }) => seen.test(output));
}

function sayingOf(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const errors = lines.filter((line) => line.startsWith('ERROR:'));
  return (errors[0] ?? lines.findLast((line) => line !== '') ?? 'no reason given').replace(/^ERROR:\s*/, '');
}
