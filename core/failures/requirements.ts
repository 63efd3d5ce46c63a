/** What uv and pip print when requirements cannot be had together, or at all. */
import type { Recognizer } from './recognizer.ts';

const correct = 'Correct the name or the version in the requirements that the step names.';

export const requirementFailures: readonly Recognizer[] = [
  {
    id: 'requirement-not-found',
    kind: 'code',
    // uv; pip.
    seen: /Because (\S+) was not found in the package registry|No matching distribution found for (\S+)/,
    cause: (uv = '', pip = '') => `no package index has ${uv === '' ? pip : uv}`,
    mend: `${correct} A package of your own needs its index: UV_INDEX_URL, or \`--index-url\` in the file.`,
  },
  {
    id: 'requirement-version-not-found',
    kind: 'code',
    seen: /Because there (?:is|are) no versions? of (\S+)|Could not find a version that satisfies the requirement (\S+)/,
    cause: (uv = '', pip = '') => `no package index has this version of ${uv === '' ? pip : uv}`,
    mend: correct,
  },
  {
    id: 'requirements-conflict',
    kind: 'code',
    seen: /No solution found when resolving|ResolutionImpossible|requirements are unsatisfiable/,
    cause: 'the requirements contradict each other: no set of versions fits all of them',
    mend: 'Loosen one of the requirements named above, or lock them together with `uv pip compile` or `uv lock`.',
  },
];
