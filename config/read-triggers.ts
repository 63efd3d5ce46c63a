import { z } from 'zod';
import type { TriggerPolicy } from '../core/trigger-policy.ts';
import { formatProblems } from './format-problems.ts';
import { isMapping } from './overlays.ts';
import { projectFile } from './load-project.ts';
import { modelOf } from './project-config.ts';
import { checkSchema, valueAt } from './schema-problems.ts';
import { triggersSchema } from './triggers-config.ts';
import { readYaml } from './yaml-source.ts';

/** What triggers ask of a project's file. */
export interface FileOfTriggers {
  readonly policy: TriggerPolicy;
  /** Whether it has a `release`. */
  readonly releases: boolean;
  /** Name of the registered model. */
  readonly model: string;
  /** What is wrong with `triggers`, so that the guide's hold instead. */
  readonly problem?: string;
}

const triggersAlone = z.object({ triggers: triggersSchema.prefault({}) });

/**
 * Reads `triggers` alone: whatever else is wrong with the file is for the CI run to say, which a file that is wrong must
 * not keep from starting.
 */
export function readTriggers(yaml: string): FileOfTriggers {
  const source = readYaml(projectFile, yaml, ['env', 'matrix']);
  const releases = isMapping(valueAt(source.data, ['release']));
  const text = (key: string): string | undefined => {
    const value = valueAt(source.data, [key]);
    return typeof value === 'string' ? value : undefined;
  };
  const model = modelOf({ model: text('model'), project: text('project') ?? '' });
  const checked = checkSchema(triggersAlone, source);
  if (checked.ok) return { policy: checked.value.triggers, releases, model };
  return { policy: triggersSchema.parse({}), releases, model, problem: formatProblems(checked.problems) };
}
