import { currentProject } from './project.ts';
import type { ProjectOptions } from './project.ts';
import type { Session } from './session.ts';
import { resolveId } from './short-ids.ts';

/** A CI run by its short id; given none, the newest of the project. */
export async function chooseCiRun(
  { longhaul }: Session,
  given: string | undefined,
  options: ProjectOptions,
): Promise<string> {
  const project = given === undefined ? await currentProject(options) : options.project;
  const ids = await longhaul.ciRunIds({ limit: 1_000, ...(project === undefined ? {} : { project }) });
  return resolveId('CI run', given, ids, 'longhaul ci run');
}
