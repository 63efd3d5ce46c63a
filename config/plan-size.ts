import type { CiPlan } from '../core/ci.ts';
import { jsonBytes } from '../core/json-size.ts';
import type { Problem } from './problem.ts';
import type { YamlSource } from './yaml-source.ts';

const mostSteps = 1_000;

/** Half of what a payload of Temporal takes: the report of a run has the plan of its steps, and their outcomes. */
const mostBytes = 900_000;

/** Problems of a plan that is too large to be handed on, which only matrices make. */
export function checkPlanSize({ steps }: CiPlan, source: YamlSource): readonly Problem[] {
  const tell = (message: string, hint: string): readonly Problem[] => [
    source.problem(['ci', 'steps'], message, hint),
  ];
  if (steps.length > mostSteps) {
    return tell(`come to ${steps.length} steps`, `leave out values of a matrix: ${mostSteps} is the most`);
  }
  const needs = steps.reduce((sum, step) => sum + step.needs.length, 0);
  const bytes = jsonBytes(steps);
  if (bytes <= mostBytes) return [];
  return tell(
    `come to ${Math.ceil(bytes / 1000)} kB with ${steps.length} steps that need ${needs} others, ${mostBytes / 1000} kB is the most`,
    'put a step between two matrices, which needs the one and is needed by the other; move long commands into a script',
  );
}
