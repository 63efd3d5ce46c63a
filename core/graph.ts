/** Which steps of a plan may run, which never will, and in what order people see them. */
import { LonghaulError } from './errors.ts';
import type { StepStatus } from './step.ts';

/** What the graph has to know of a step. */
export interface GraphStep {
  readonly name: string;
  readonly needs: readonly string[];
}

/** How the steps that ended have ended, by name; a step that has not ended is absent. */
export type EndedSteps = ReadonlyMap<string, { readonly status: StepStatus }>;

/** A step that will not run, and the step at the root of it. */
export interface SkippedStep {
  readonly name: string;
  readonly reason: string;
}

/**
 * Steps that can start now, in the order of the plan: not ended, not in `started`, all needs passed.
 * Two steps that do not depend on each other are ready together.
 */
export const readySteps = <S extends GraphStep>(
  plan: { readonly steps: readonly S[] },
  outcomes: EndedSteps,
  started: ReadonlySet<string> = new Set(),
): readonly S[] =>
  plan.steps.filter(
    (step) =>
      !outcomes.has(step.name) &&
      !started.has(step.name) &&
      step.needs.every((need) => outcomes.get(need)?.status === 'passed'),
  );

/**
 * Steps that have not ended and never can run, because something that they need, directly or through others,
 * ended other than passed. Each comes with the root of it: "lint failed". Nothing else is skipped.
 */
export const stepsToSkip = (
  plan: { readonly steps: readonly GraphStep[] },
  outcomes: EndedSteps,
): readonly SkippedStep[] => {
  const byName = new Map(plan.steps.map((step) => [step.name, step]));
  const reasons = new Map<string, string | null>();
  const whyNeverPassing = (name: string): string | null => {
    const known = reasons.get(name);
    if (known !== undefined) return known;
    reasons.set(name, null);
    const reason = whyNotPassing(name, byName.get(name), outcomes.get(name)?.status, whyNeverPassing);
    reasons.set(name, reason);
    return reason;
  };
  return plan.steps.flatMap((step) => {
    if (outcomes.has(step.name)) return [];
    const reason = whyNeverPassing(step.name);
    return reason === null ? [] : [{ name: step.name, reason }];
  });
};

const endedAs: Record<Exclude<StepStatus, 'passed' | 'skipped'>, string> = {
  failed: 'failed',
  timedOut: 'timed out',
  cancelled: 'was cancelled',
};

/** Null for a step that passed or still can. */
function whyNotPassing(
  name: string,
  step: GraphStep | undefined,
  status: StepStatus | undefined,
  whyNeverPassing: (name: string) => string | null,
): string | null {
  if (status === 'passed') return null;
  if (status !== undefined && status !== 'skipped') return `${name} ${endedAs[status]}`;
  if (step === undefined) return `${name} is not in the plan`;
  const root = step.needs.map(whyNeverPassing).find((reason) => reason !== null);
  return root ?? (status === 'skipped' ? `${name} was skipped` : null);
}

/** A chain of steps that need each other, first and last the same (`['a', 'b', 'a']`); null when there is none. */
export const findCycle = (steps: readonly GraphStep[]): readonly string[] | null => {
  const byName = new Map(steps.map((step) => [step.name, step]));
  const cleared = new Set<string>();
  const search = (name: string, path: readonly string[]): readonly string[] | null => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (cleared.has(name)) return null;
    for (const need of byName.get(name)?.needs ?? []) {
      const cycle = search(need, [...path, name]);
      if (cycle !== null) return cycle;
    }
    cleared.add(name);
    return null;
  };
  for (const step of steps) {
    const cycle = search(step.name, []);
    if (cycle !== null) return cycle;
  }
  return null;
};

/**
 * The steps with every step after all that it needs; otherwise in the order given. Needs outside the list are
 * ignored. @throws LonghaulError InvalidConfig when steps need each other in a circle
 */
export const orderSteps = <S extends GraphStep>(steps: readonly S[]): readonly S[] => {
  const cycle = findCycle(steps);
  if (cycle !== null) {
    throw new LonghaulError('InvalidConfig', `Steps need each other in a circle: ${cycle.join(' -> ')}.`, {
      mend: 'Take one of these names out of the `needs` of the step before it.',
    });
  }
  const byName = new Map(steps.map((step) => [step.name, step]));
  const ordered = new Set<S>();
  const place = (step: S): void => {
    if (ordered.has(step)) return;
    for (const need of step.needs) {
      const needed = byName.get(need);
      if (needed !== undefined) place(needed);
    }
    ordered.add(step);
  };
  steps.forEach(place);
  return [...ordered];
};
