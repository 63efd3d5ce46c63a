import { expect, it } from 'vitest';
import { ciRunId, partsOfCiRunId, untrustedCiRunId } from '../../core/ids.ts';

it('a CI run’s id says what it is of, and whether its code is a stranger’s', () => {
  const [project, commit] = ['octo/a-model', 'c0ffee'.padEnd(40, '0')];
  expect(partsOfCiRunId(ciRunId(project, commit))).toEqual({ project, commit });
  expect(partsOfCiRunId(untrustedCiRunId(project, commit))).toEqual({ project, commit, untrusted: true });
});
