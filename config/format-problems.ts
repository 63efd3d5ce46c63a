import type { Problem } from './problem.ts';

/**
 * One line a problem, in the order of the files, `longhaul.yaml:12:5  release.canary.weights  …`, in columns.
 * Compilers write positions in this form, so editors and terminals make links of them.
 */
export function formatProblems(problems: readonly Problem[]): string {
  const places = problems.map(({ file, line, column }) => `${file}:${line}:${column}`);
  const placeWidth = Math.max(0, ...places.map((place) => place.length));
  const keyWidth = Math.max(0, ...problems.map(({ key }) => key.length));
  return problems
    .map(({ key, message, hint }, index) =>
      [
        (places[index] ?? '').padEnd(placeWidth),
        key.padEnd(keyWidth),
        hint === '' ? message : `${message}; ${hint}`,
      ]
        .filter((part) => part !== '')
        .join('  '),
    )
    .join('\n');
}
