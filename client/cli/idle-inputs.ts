import type { CiPlan } from '../../core/ci.ts';
import { idlePatterns } from '../../core/file-patterns.ts';
import { git } from './git.ts';

/**
 * A sentence for each pattern of `inputs` that chooses no file which git tracks or would add below `root`: a mistake,
 * most likely. None where there is no git.
 */
export async function idleInputs({ steps }: CiPlan, root: string): Promise<readonly string[]> {
  const named = steps.filter(({ inputs }) => inputs !== undefined);
  if (named.length === 0) return [];
  const listed = await git(['ls-files', '-z', '--cached', '--others', '--exclude-standard'], root);
  if (listed === null) return [];
  const paths = listed.split('\0').filter((path) => path !== '');
  return named.flatMap(({ name, inputs = [] }) =>
    idlePatterns(inputs, paths).map(
      (pattern) => `${name}: the pattern \`${pattern}\` of \`inputs\` chooses no file`,
    ),
  );
}
