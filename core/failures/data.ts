/** What DVC prints when data cannot be had, and what it means. */
import type { Diagnosis } from '../step.ts';
import { recognize, type Recognizer } from './recognizer.ts';

/** Of what DVC alone printed. */
export const diagnosePull = (output: string): Diagnosis | null => recognize(dataFailures, output);

const renew = 'Renew the secrets that the step names, where the workers get them from, and rotate the token.';

export const dataFailures: readonly Recognizer[] = [
  {
    id: 'dvc-credentials-expired',
    kind: 'code',
    seen: /ExpiredToken|token.*(?:has |is )?expired|credentials.*expired/i,
    cause: 'the credentials of the data’s remote have expired',
    mend: renew,
  },
  {
    id: 'dvc-credentials-expired',
    kind: 'code',
    // S3 answers a HEAD without a body, so that its ExpiredToken arrives as nothing but 400.
    seen: /\(400\) when calling the Head(?:Object|Bucket) operation/,
    cause:
      'the data’s remote answers “Bad Request” to the first question, as S3 does when the credentials have expired',
    mend: `${renew} If they are fresh, check the region of the remote.`,
  },
  {
    id: 'dvc-credentials-refused',
    kind: 'code',
    seen: /unable to locate credentials|access ?denied|forbidden|unauthorized|InvalidAccessKeyId|SignatureDoesNotMatch|\b40[13]\b|permission denied|authentication/i,
    cause: 'the data’s remote refuses the credentials, or got none',
    mend: 'Name the secrets of the remote in the step’s `secrets`, and check their values.',
  },
  {
    id: 'dvc-remote-unreachable',
    kind: 'infrastructure',
    seen: /connection (?:refused|reset|error)|(?:cannot|could not|failed to) connect|name or service not known|name resolution|timed? ?out|unreachable/i,
    cause: 'the data’s remote does not answer',
    mend: 'It is tried again; check the remote’s address and the network if it goes on.',
  },
  {
    id: 'dvc-remote-unsupported',
    kind: 'code',
    seen: /is supported, but requires '([\w-]+)'/i,
    cause: 'the Python environment has no support for this kind of remote',
    mend: (name = '') => `Add ${name} to the step’s requirements.`,
  },
  {
    id: 'dvc-bucket-missing',
    kind: 'code',
    seen: /NoSuchBucket|bucket does not exist/i,
    cause: 'the bucket of the data’s remote does not exist',
    mend: 'Check the `url` of the remote in .dvc/config.',
  },
  {
    id: 'dvc-files-missing',
    kind: 'code',
    seen: /neither locally nor on remote|NoSuchKey|specified key does not exist|missing cache files|no such file or directory|failed to download|checkout failed for following targets/i,
    cause: 'the data’s remote does not have the files, or does not let DVC see them',
    mend: 'Run `dvc push` where the data is, and check that the remote’s `url` is right from anywhere.',
  },
];

/** Whether DVC itself tells of a failure in an output that others wrote to as well. */
export const isOfDvc = (output: string): boolean =>
  /^ERROR: (?:failed to (?:pull|fetch|push|transfer)|unexpected error - |configuration error - |.*\bdvc\b)|Having any troubles\? Hit us up at \S*dvc/m.test(
    output,
  );
