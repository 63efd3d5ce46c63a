import type { Output } from '../output.ts';
import { askedFor } from './command-tree.ts';
import { valuesOf } from './values.ts';

/**
 * Answers a shell: prints what the word that is being typed may become, a line each. `args` are what is asked for, the
 * word so far, and the words before it. Whatever goes wrong, it is silent.
 */
export async function complete(
  [what = '', word = '', ...given]: readonly string[],
  output: Output,
): Promise<void> {
  const known = askedFor.find((each) => each === what);
  if (known === undefined) return;
  const values = await valuesOf(known, given).catch(() => []);
  const fitting = matching(values, word);
  if (fitting.length > 0) output.print(fitting.join('\n'));
}

/** Values that begin so; of ids, also their parts that do, since a part of an id is enough to name it. */
export function matching(values: readonly string[], word: string): readonly string[] {
  const whole = values.filter((value) => value.startsWith(word));
  if (whole.length > 0) return whole;
  return [
    ...new Set(
      values.flatMap((value) =>
        endsOf(value)
          .filter((part) => part.startsWith(word))
          .slice(-1),
      ),
    ),
  ];
}

/** `a/b/c` ends with `b/c` and `c`. */
const endsOf = (value: string): readonly string[] =>
  value.split('/').map((_part, index, parts) => parts.slice(index).join('/'));
