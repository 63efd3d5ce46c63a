/** Steps that stand for several: one for each combination of the values of their matrix. */

/** Values by name, in the order of the file. */
export type Matrix = Readonly<Record<string, readonly string[]>>;

export interface Combination {
  /** Of the step that stands for it: `tests-unit-2`. */
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
}

/** More steps than this are no plan that people read. */
export const mostCombinations = 256;

export const countCombinations = (matrix: Matrix): number =>
  Object.values(matrix).reduce((product, values) => product * values.length, 1);

/** Every combination, the last name's values varying first. */
export const combinationsOf = (step: string, matrix: Matrix): readonly Combination[] =>
  Object.entries(matrix)
    .reduce<readonly Readonly<Record<string, string>>[]>(
      (combinations, [name, values]) =>
        combinations.flatMap((before) => values.map((value) => ({ ...before, [name]: value }))),
      [{}],
    )
    .map((values) => ({ name: nameOf(step, Object.values(values)), values }));

/** What is no part of a name becomes a hyphen. */
const nameOf = (step: string, values: readonly string[]): string =>
  [
    step,
    ...values.map((value) =>
      value
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, ''),
    ),
  ]
    .filter((part) => part !== '')
    .join('-');

const reference = /\$\{matrix\.(\w+)\}/g;

/** The names that a text refers to as `${matrix.name}`. */
export const referencesIn = (text: string): readonly string[] =>
  [...text.matchAll(reference)].map(([, name = '']) => name);

/** The value with each `${matrix.name}` in its texts replaced, however deep. */
export const fillIn = (value: unknown, values: Combination['values']): unknown => {
  if (typeof value === 'string')
    return value.replace(reference, (written, name: string) => values[name] ?? written);
  if (Array.isArray(value)) return value.map((item) => fillIn(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillIn(item, values)]));
};

/** `MATRIX_GROUP` for `group`, as the commands get it. */
export const matrixVariables = (values: Combination['values']): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`MATRIX_${name.toUpperCase()}`, value]));
