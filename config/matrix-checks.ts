/** What a schema cannot say of a matrix: names and outputs that meet, values that do not exist. */
import { checkFilledSteps } from './filled-step-checks.ts';
import { combinationsOf, countCombinations, fillIn, mostCombinations, referencesIn } from './matrix.ts';
import type { Combination, Matrix } from './matrix.ts';
import { isMapping } from './overlays.ts';
import type { KeyPath, Problem } from './problem.ts';
import { valueAt } from './schema-problems.ts';
import { nearest } from './suggest.ts';
import type { YamlSource } from './yaml-source.ts';

/** The steps as they are written, each with the combinations that it stands for; none for a step without a matrix. */
export interface WrittenStep {
  readonly name: string;
  readonly written: Readonly<Record<string, unknown>>;
  readonly matrix: Matrix;
  readonly combinations: readonly Combination[];
}

/** What the schema does not accept is left out: it is told by the schema. */
export function writtenSteps(data: unknown): readonly WrittenStep[] {
  const steps = valueAt(data, ['ci', 'steps']);
  if (!isMapping(steps)) return [];
  return Object.entries(steps).map(([name, step]) => {
    const written = isMapping(step) ? step : {};
    const matrix = matrixOf(written['matrix']);
    const fits = Object.keys(matrix).length > 0 && countCombinations(matrix) <= mostCombinations;
    return { name, written, matrix, combinations: fits ? combinationsOf(name, matrix) : [] };
  });
}

const matrixOf = (written: unknown): Matrix =>
  isMapping(written)
    ? Object.fromEntries(
        Object.entries(written).flatMap(([name, values]) =>
          Array.isArray(values) ? [[name, values.map(String)]] : [],
        ),
      )
    : {};

/** Problems with the matrices of a file's steps. */
export function checkMatrices(source: YamlSource): readonly Problem[] {
  const steps = writtenSteps(source.data);
  return [
    ...steps.flatMap((step) => tooMany(step, source)),
    ...clashingNames(steps, source),
    ...steps.flatMap((step) => sharedOutputs(step, source)),
    ...steps.flatMap((step) => unknownReferences(step, source)),
    ...checkFilledSteps(steps, source),
  ];
}

const at = (step: string, ...rest: KeyPath): KeyPath => ['ci', 'steps', step, ...rest];

function tooMany({ name, matrix }: WrittenStep, source: YamlSource): readonly Problem[] {
  const count = countCombinations(matrix);
  if (count <= mostCombinations) return [];
  const hint = `leave out values: ${mostCombinations} is the most`;
  return [source.problem(at(name, 'matrix'), `has ${count} combinations`, hint)];
}

/** Two combinations, or a combination and a step, that would have one name. */
function clashingNames(steps: readonly WrittenStep[], source: YamlSource): readonly Problem[] {
  const taken = new Set(steps.map(({ name }) => name));
  return steps.flatMap(({ name: step, combinations }) =>
    combinations.flatMap(({ name, values }) => {
      if (!taken.has(name)) {
        taken.add(name);
        return [];
      }
      const told = Object.entries(values).map(([key, value]) => `${key}: ${value}`);
      const message = `the name \`${name}\` of the combination ${told.join(', ')} is taken already`;
      const hint = 'names are made of letters and digits: give values that differ in these';
      return [source.problem(at(step, 'matrix'), message, hint)];
    }),
  );
}

/** Outputs that every combination would leave at one path, where those who need them would find only the last. */
function sharedOutputs(step: WrittenStep, source: YamlSource): readonly Problem[] {
  const { name, written, matrix, combinations } = step;
  const outputs = Array.isArray(written['outputs']) ? written['outputs'] : [];
  return outputs.flatMap((output: unknown, index) => {
    const paths = new Set(combinations.map(({ values }) => fillIn(output, values)));
    if (paths.size >= combinations.length) return [];
    const missing = Object.keys(matrix).map((key) => `\${matrix.${key}}`);
    const message = `\`${String(output)}\` is left by several combinations, at one path`;
    const hint = `write ${missing.join(' and ')} into it, so that each has its own`;
    return [source.problem(at(name, 'outputs', index), message, hint)];
  });
}

function unknownReferences(step: WrittenStep, source: YamlSource): readonly Problem[] {
  const names = Object.keys(step.matrix);
  return textsIn(step.written).flatMap(({ path, text }) =>
    referencesIn(text)
      .filter((name) => !names.includes(name))
      .map((name) => {
        const meant = nearest(name, names);
        const has = names.length === 0 ? 'the step has no `matrix`' : `it has ${names.join(', ')}`;
        const hint = meant === undefined ? has : `did you mean \`\${matrix.${meant}}\`?`;
        return source.problem(at(step.name, ...path), `\`\${matrix.${name}}\` is not in the matrix`, hint);
      }),
  );
}

function textsIn(
  value: unknown,
  path: KeyPath = [],
): readonly { readonly path: KeyPath; readonly text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => textsIn(item, [...path, index]));
  if (!isMapping(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => textsIn(item, [...path, key]));
}
