/** The graph of a run's steps as a tree that people can read. */
import type { StepPlace } from '../ci.ts';
import { orderSteps } from '../graph.ts';

/** What the tree has to know of a step. */
export type TreeStep = StepPlace & { readonly name: string };

/** A step of the file, with what may only run after it. */
export interface StepNode<S extends TreeStep> {
  readonly name: string;
  /** The step itself, or the combinations of its matrix. */
  readonly steps: readonly S[];
  /** Steps that it waits for and that are not above it in the tree. */
  readonly after: readonly string[];
  readonly children: readonly StepNode<S>[];
}

/**
 * Each step hangs below the nearest step that all of its ways from the beginning lead through; where several ways meet
 * in it, `after` names them. Combinations of a matrix are one node. Steps that do not say what they need are roots.
 */
export const stepTree = <S extends TreeStep>(steps: readonly S[]): readonly StepNode<S>[] => {
  const paths = new Map<string, readonly string[]>();
  const placed = orderSteps(groupMatrices(steps)).map(({ name, needs, steps: members }) => {
    const ways = longestWays(needs.flatMap((need) => [paths.get(need) ?? []]));
    const above = ways.reduce(commonPrefix, ways[0] ?? []);
    paths.set(name, [...above, name]);
    const after = ways.flatMap((way) => (way.length > above.length ? way.slice(-1) : []));
    return { name, steps: members, parent: above.at(-1), after };
  });
  const below = (parent: string | undefined): readonly StepNode<S>[] =>
    placed
      .filter((node) => node.parent === parent)
      .map(({ name, steps: members, after }) => ({ name, steps: members, after, children: below(name) }));
  return below(undefined);
};

interface Group<S> {
  readonly name: string;
  readonly needs: readonly string[];
  readonly steps: readonly S[];
}

/** Steps by the step of the file that they stand for; needs are of such steps as well. */
function groupMatrices<S extends TreeStep>(steps: readonly S[]): readonly Group<S>[] {
  const groupOf = new Map(steps.map(({ name, matrix }) => [name, matrix?.step ?? name]));
  const groups = Map.groupBy(steps, ({ name }) => groupOf.get(name) ?? name);
  return [...groups].map(([name, members]) => ({
    name,
    steps: members,
    needs: [...new Set(members.flatMap(({ needs = [] }) => needs.map((need) => groupOf.get(need) ?? need)))],
  }));
}

/** Without those that another one leads on from. */
const longestWays = (ways: readonly (readonly string[])[]): readonly (readonly string[])[] =>
  ways.filter(
    (way) =>
      !ways.some((other) => other.length > way.length && way.every((name, index) => other[index] === name)),
  );

function commonPrefix(a: readonly string[], b: readonly string[]): readonly string[] {
  const differs = a.findIndex((name, index) => b[index] !== name);
  return differs < 0 ? a : a.slice(0, differs);
}
