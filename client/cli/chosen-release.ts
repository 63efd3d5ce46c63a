import { currentProject } from './project.ts';
import type { ProjectOptions } from './project.ts';
import type { Session } from './session.ts';
import { resolveId } from './short-ids.ts';

/** A release by its short id; given none, the newest of the project (of all projects where there is no current one). */
export async function chooseRelease(
  { longhaul }: Session,
  given: string | undefined,
  options: ProjectOptions,
): Promise<string> {
  const project = given === undefined ? await currentProject(options) : options.project;
  const views = await longhaul.releases({ limit: 1_000, ...(project === undefined ? {} : { project }) });
  return resolveId(
    'release',
    given,
    views.map(({ id }) => id),
    'longhaul release start',
  );
}
