/** What can only be told of a matrix's steps once its values are filled in: names and paths. */
import type { WrittenStep } from './matrix-checks.ts';
import { fillIn, referencesIn } from './matrix.ts';
import type { Combination } from './matrix.ts';
import type { KeyPath, Problem } from './problem.ts';
import { valueAt } from './schema-problems.ts';
import { ciStepSchema } from './step-config.ts';
import type { YamlSource } from './yaml-source.ts';

/** Characters: a step's name is part of the names of files, with more beside it. */
const longestName = 100;

/** Problems with the names that steps come to, and with paths that lead elsewhere once a value is in them. */
export const checkFilledSteps = (steps: readonly WrittenStep[], source: YamlSource): readonly Problem[] =>
  steps.flatMap((step) => [...longNames(step, source), ...strayPaths(step, source)]);

const placeOf = (step: string, ...rest: KeyPath): KeyPath => ['ci', 'steps', step, ...rest];

/** One is told for a step: the others are as long for the same reason. */
function longNames({ name, matrix, combinations }: WrittenStep, source: YamlSource): readonly Problem[] {
  if (name.length > longestName) {
    const message = `has a name of ${name.length} characters`;
    return [source.keyProblem(placeOf(name), message, `${longestName} is the most`)];
  }
  const longest = combinations.find((combination) => combination.name.length > longestName);
  if (longest === undefined) return [];
  const message = `a combination comes to a name of ${longest.name.length} characters: \`${longest.name.slice(0, 40)}…\``;
  const hint = `${longestName} is the most: shorten the values of ${Object.keys(matrix).join(', ')}`;
  return [source.problem(placeOf(name, 'matrix'), message, hint)];
}

/** What the schema accepts as it is written, and not as it is filled in; each place is told once. */
function strayPaths({ name, written, combinations }: WrittenStep, source: YamlSource): readonly Problem[] {
  const shared = valueAt(source.data, ['ci', 'inputs']);
  const inherits = written['inputs'] === undefined && shared !== undefined;
  const step = inherits ? { ...written, inputs: shared } : written;
  const places = new Map<string, Problem>();
  for (const { values } of combinations) {
    for (const { path, message } of ciStepSchema.safeParse(fillIn(step, values)).error?.issues ?? []) {
      const text = valueAt(step, path as KeyPath);
      if (typeof text !== 'string' || referencesIn(text).length === 0) continue;
      const inShared = inherits && path[0] === 'inputs';
      const place = inShared ? (['ci', ...path] as KeyPath) : placeOf(name, ...(path as KeyPath));
      const filled = String(fillIn(text, values));
      const wrong = filled === '' ? 'is empty' : message;
      places.set(
        place.join('.'),
        source.problem(place, `\`${filled}\` ${wrong}, with ${told(values, text)}`, hint),
      );
    }
  }
  return [...places.values()];
}

const hint = 'give values that make a relative path without `..` here, or leave them out of it';

const told = (values: Combination['values'], text: string): string =>
  [...new Set(referencesIn(text))].map((name) => `${name}: ${JSON.stringify(values[name] ?? '')}`).join(', ');
