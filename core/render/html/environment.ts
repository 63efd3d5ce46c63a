import type { CiStepResult } from '../../ci.ts';
import type { StepFingerprint } from '../../fingerprint.ts';
import { markup, section, table } from './markup.ts';
import type { Html } from './markup.ts';

/** What each step depended on: enough to tell whether another run would do the same. */
export const environmentSection = (
  steps: readonly CiStepResult[],
  fingerprints: ReadonlyMap<string, StepFingerprint>,
): Html | null =>
  section(
    'Environment and fingerprints',
    table(
      'What each step depended on',
      ['Step', 'Fingerprint', 'Files', 'Python', 'Packages', 'Tools'],
      steps.flatMap(({ name }) => {
        const fingerprint = fingerprints.get(name);
        return fingerprint === undefined ? [] : [row(name, fingerprint)];
      }),
    ),
  );

const row = (
  name: string,
  { digest, files, inputs, python, tools }: StepFingerprint,
): readonly (Html | string)[] => [
  name,
  short(digest),
  `${Object.keys(files).length}${inputs === null ? ' (the whole commit)' : ''}`,
  python?.version ?? 'none',
  python === null ? '' : short(python.lock),
  Object.entries(tools)
    .map(([tool, version]) => `${tool} ${version}`)
    .join(', '),
];

const short = (digest: string): Html => markup`<code>${digest.slice(0, 19)}</code>`;
