import { basename } from 'node:path';
import { formatProblems } from '../../config/format-problems.ts';
import { modelOf, projectConfigSchema } from '../../config/project-config.ts';
import { checkSchema } from '../../config/schema-problems.ts';
import { readYaml } from '../../config/yaml-source.ts';
import { LonghaulError } from '../../core/errors.ts';

/** What makes ids: which project, which model. The rest of the file is checked where it is used, at the commit. */
export interface ProjectIdentity {
  readonly project: string;
  readonly model: string;
}

const identitySchema = projectConfigSchema.pick({ project: true, model: true }).loose();

/** @throws LonghaulError InvalidConfig when the project is missing, or it or the model malformed */
export function readIdentity(text: string, place: string): ProjectIdentity {
  const checked = checkSchema(identitySchema, readYaml(basename(place), text));
  if (checked.ok) return { project: checked.value.project, model: modelOf(checked.value) };
  throw new LonghaulError('InvalidConfig', `${place} is not valid:\n${formatProblems(checked.problems)}`, {
    mend: 'Check the whole file with: longhaul validate',
  });
}
