import { z } from 'zod';
import type { CiPlan } from '../core/ci.ts';
import { guideSteps } from './guide-steps.ts';
import type { ProjectConfig } from './project-config.ts';
import { ciStepSchema } from './step-config.ts';
import { toStepSpec } from './step-spec.ts';

/** The steps of the file, or the guide's where it names none; `overlay` is staging's. */
export function toCiPlan(config: ProjectConfig, overlay: Readonly<Record<string, string>>): CiPlan {
  const steps = config.ci.steps ?? z.record(z.string(), ciStepSchema).parse(guideSteps);
  return {
    steps: Object.entries(steps).map(([name, step]) =>
      toStepSpec(name, step.needs, { ...step, inputs: step.inputs ?? config.ci.inputs }, config),
    ),
    overlay,
  };
}
