/** What uv and pip print when requirements cannot be had together, or at all. */
import type { Recognizer } from './recognizer.ts';

const correct = 'Correct the name or the version in the requirements that the step names.';
const ownIndex = 'A package of your own needs its index: UV_INDEX_URL, or `--index-url` in the file.';

export const requirementFailures: readonly Recognizer[] = [
  {
    id: 'requirement-not-found',
    kind: 'code',
    seen: /Because (\S+) was not found in the (?:package registry|provided package locations)|Could not find a version that satisfies the requirement (\S+) \(from versions: none\)/,
    cause: (uv = '', pip = '') => `no package index has ${uv === '' ? pip : uv}`,
    mend: `${correct} ${ownIndex}`,
  },
  {
    id: 'requirement-version-not-found',
    kind: 'code',
    seen: /Because there (?:is|are) no versions? of (\S+)|Could not find a version that satisfies the requirement (\S+)/,
    cause: (uv = '', pip = '') =>
      `no package index has this version for this Python: ${uv === '' ? pip : uv}`,
    mend: correct,
  },
  {
    id: 'requirements-conflict',
    kind: 'code',
    seen: /No solution found when resolving[\s\S]{0,120}?(Because[\s\S]{1,600}? unsatisfiable)|(Cannot install .* because these package versions have conflicting dependencies)|No solution found when resolving|ResolutionImpossible/,
    cause: (uv = '', pip = '') => {
      const said = uv === '' ? pip : uv;
      return `no set of versions fits all requirements${said === '' ? '' : ` (${said})`}`;
    },
    mend: 'Loosen one of the requirements named, or lock them together with `uv pip compile` or `uv lock`.',
  },
  {
    id: 'requirement-invalid',
    kind: 'code',
    seen: /(?:Couldn't parse requirement in|error: Failed to parse:) (\S+)|Invalid requirement: (.+)/,
    cause: (uv = '', pip = '') => `a requirement is not written as one (${uv === '' ? pip : uv})`,
    mend: 'Write it as `name`, `name==1.2` or `name>=1.2,<2`, one a line.',
  },
  {
    id: 'python-not-found',
    kind: 'code',
    seen: /No interpreter found for (Python \S+)/,
    cause: (version = '') => `the workers have no ${version}`,
    mend: 'Name a version that they have in the step’s `python`, or install this one on the workers.',
  },
];
