import { z } from 'zod';
import type { CiPlan } from '../core/ci.ts';
import type { StepSpec } from '../core/step.ts';
import { guideSteps } from './guide-steps.ts';
import { combinationsOf, fillIn, matrixVariables } from './matrix.ts';
import type { ProjectConfig } from './project-config.ts';
import { ciStepSchema } from './step-config.ts';
import type { CiStepConfig } from './step-config.ts';
import { toStepSpec } from './step-spec.ts';

/** The steps of the file, or the guide's where it names none; `overlay` is that of the environment whose configuration it runs with. */
export function toCiPlan(config: ProjectConfig, overlay: Readonly<Record<string, string>>): CiPlan {
  const written = config.ci.steps ?? z.record(z.string(), ciStepSchema).parse(guideSteps);
  const expanded = Object.entries(written).map(([name, step]) => toSteps(name, step, config));
  const standingFor = new Map(
    Object.keys(written).map((name, index) => [name, (expanded[index] ?? []).map((step) => step.name)]),
  );
  const steps = expanded.flat().map((step) => ({
    ...step,
    needs: [...new Set(step.needs.flatMap((need) => standingFor.get(need) ?? [need]))],
  }));
  return { steps, overlay };
}

/** One step, or one for each combination of its matrix. */
function toSteps(name: string, step: CiStepConfig, config: ProjectConfig): readonly StepSpec[] {
  const inputs = step.inputs ?? config.ci.inputs;
  const { matrix } = step;
  if (matrix === undefined) return [toStepSpec(name, step.needs, { ...step, inputs }, config)];
  return combinationsOf(name, matrix).map((combination) => {
    const { values } = combination;
    const filled = fillIn({ ...step, inputs }, values) as CiStepConfig;
    const env = { ...filled.env, ...matrixVariables(values) };
    const spec = toStepSpec(combination.name, step.needs, { ...filled, env }, config);
    return { ...spec, matrix: { step: name, values } };
  });
}
