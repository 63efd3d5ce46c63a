/** What a schema cannot say of `longhaul.yaml`: references inside it, and what the repository and the operator have. */
import { findCycle } from '../core/graph.ts';
import type { ReadRepositoryFile } from './environments.ts';
import { writtenSteps } from './matrix-checks.ts';
import type { WrittenStep } from './matrix-checks.ts';
import { fillIn } from './matrix.ts';
import type { Combination } from './matrix.ts';
import { isMapping } from './overlays.ts';
import type { KeyPath, Problem } from './problem.ts';
import { valueAt } from './schema-problems.ts';
import type { ServerConfig } from './server-config.ts';
import { nearest } from './suggest.ts';
import type { YamlSource } from './yaml-source.ts';

/** Problems with `needs`: names that are no steps, and circles. */
export function checkNeeds(source: YamlSource): readonly Problem[] {
  const steps = writtenSteps(source.data);
  const names = steps.flatMap(({ name, combinations }) => [name, ...combinations.map((each) => each.name)]);
  const needsOf = ({ written }: WrittenStep): readonly string[] => texts(written['needs']);
  const unknown = steps.flatMap((step) =>
    needsOf(step).flatMap((need, index) => {
      if (names.includes(need)) return [];
      const meant = nearest(need, names);
      const hint = meant === undefined ? `the steps are ${names.join(', ')}` : `did you mean \`${meant}\`?`;
      return [source.problem(['ci', 'steps', step.name, 'needs', index], `\`${need}\` is not a step`, hint)];
    }),
  );
  const written = new Map(
    steps.flatMap(({ name, combinations }) => combinations.map((each) => [each.name, name] as const)),
  );
  const cycle = findCycle(
    steps.map((step) => ({ name: step.name, needs: needsOf(step).map((need) => written.get(need) ?? need) })),
  );
  if (cycle === null) return unknown;
  const place: KeyPath = ['ci', 'steps', cycle[0] ?? '', 'needs'];
  const message = `the steps need each other in a circle: ${cycle.join(' -> ')}`;
  return [
    ...unknown,
    source.problem(place, message, 'take one of these names out of the `needs` of the step before it'),
  ];
}

/** Problems with what the operator's file grants: the project itself, its environments, its secrets. */
export function checkGrants(source: YamlSource, server: ServerConfig): readonly Problem[] {
  const project = valueAt(source.data, ['project']);
  const served =
    typeof project !== 'string' || Object.hasOwn(server.projects, project)
      ? []
      : [
          source.problem(
            ['project'],
            `\`${project}\` is not among the projects of the operator’s file`,
            didYouMean(project, Object.keys(server.projects), 'it has to be added there, with its URL'),
          ),
        ];
  const environments = isMapping(valueAt(source.data, ['release'])) ? ['staging', 'production'] : [];
  const missing = environments
    .filter((name) => !Object.hasOwn(server.environments, name))
    .map((name) =>
      source.problem(
        ['release'],
        `needs the environment \`${name}\`, which the operator’s file does not have`,
        'it has to be added there, or `release` left out here',
      ),
    );
  const granted = Object.keys(server.secrets);
  const secrets = listsNamed('secrets', source.data).flatMap(({ path, items }) =>
    items.flatMap((secret, index) =>
      granted.includes(secret)
        ? []
        : [
            source.problem(
              [...path, index],
              `the secret \`${secret}\` is not among those of the operator’s file`,
              didYouMean(secret, granted, 'it has to be added there'),
            ),
          ],
    ),
  );
  return [...served, ...missing, ...secrets];
}

/** Problems with files that the file names and the repository lacks. */
export function checkFiles(source: YamlSource, files: ReadRepositoryFile): readonly Problem[] {
  const steps = new Map(writtenSteps(source.data).map((step) => [step.name, step]));
  const combinationsAt = ([ci, list, step]: KeyPath): readonly Combination[] =>
    ci === 'ci' && list === 'steps' ? (steps.get(String(step))?.combinations ?? []) : [];
  const named = listsNamed('requirements', source.data).flatMap(({ path, items }) =>
    items.flatMap((item, index) => {
      const filled = combinationsAt(path).map(({ values }) => String(fillIn(item, values)));
      const files = filled.length === 0 ? [item] : [...new Set(filled)];
      return files.map((file) => ({ file, path: [...path, index] }));
    }),
  );
  const script = valueAt(source.data, ['release', 'loadTest', 'script']);
  const scripts =
    typeof script === 'string' ? [{ file: script, path: ['release', 'loadTest', 'script'] }] : [];
  return [...named, ...defaultFiles(source.data), ...scripts]
    .filter(({ file }) => files(file) === null)
    .map(({ file, path }) =>
      source.problem(
        path,
        `the file \`${file}\` does not exist in the repository`,
        'add it, or name another here',
      ),
    );
}

/** Files that are needed because the file does not name others. */
function defaultFiles(data: unknown): readonly { readonly file: string; readonly path: KeyPath }[] {
  const requirements = valueAt(data, ['python', 'requirements']) === undefined;
  const script =
    isMapping(valueAt(data, ['release'])) && valueAt(data, ['release', 'loadTest', 'script']) === undefined;
  return [
    ...(requirements ? [{ file: 'requirements.txt', path: ['python', 'requirements'] }] : []),
    ...(script ? [{ file: 'tests/performance/load_test.js', path: ['release', 'loadTest', 'script'] }] : []),
  ];
}

interface NamedList {
  readonly path: KeyPath;
  readonly items: readonly string[];
}

/** The lists of text under a key, wherever in the file it is used. */
function listsNamed(key: string, data: unknown, path: KeyPath = []): readonly NamedList[] {
  if (!isMapping(data)) return [];
  return Object.entries(data).flatMap(([name, value]) => {
    const at = [...path, name];
    return name === key && Array.isArray(value)
      ? [{ path: at, items: texts(value) }]
      : listsNamed(key, value, at);
  });
}

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.map((item) => (typeof item === 'string' ? item : '')) : [];

function didYouMean(word: string, candidates: readonly string[], otherwise: string): string {
  const meant = nearest(word, candidates);
  return meant === undefined ? otherwise : `did you mean \`${meant}\`?`;
}
