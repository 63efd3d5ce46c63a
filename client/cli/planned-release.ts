import { formatProblems } from '../../config/format-problems.ts';
import { loadProject } from '../../config/load-project.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import type { EnvironmentPlan, ReleasePlan } from '../../core/release.ts';
import { checkoutOf } from './chosen-work.ts';
import type { WorkOptions } from './chosen-work.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';
import { gitOrFail } from './git.ts';
import { chooseCommit } from './project.ts';
import type { ChosenCommit } from './project.ts';
import { filesOf, withFilesAt } from './project-files.ts';
import type { ProjectFiles } from './project-files.ts';

/** What a release of a commit, or of the folder as it is now, would do in one environment. */
export interface PlannedRelease extends ChosenCommit {
  readonly plan: ReleasePlan;
  readonly environment: EnvironmentPlan;
  readonly files: ProjectFiles;
}

/**
 * Resolves the plan from the files themselves, as a worker does, and runs `use` with it. With `--worktree` the commit
 * is HEAD, which images are named by. @throws CommandFailure with everything that is wrong
 */
export async function withPlannedRelease<T>(
  options: WorkOptions,
  config: ServerConfig,
  environment: string,
  use: (planned: PlannedRelease) => Promise<T>,
): Promise<T> {
  const planned = (chosen: ChosenCommit, files: ProjectFiles): PlannedRelease => {
    const plan = planIn(files, config);
    return { ...chosen, plan, environment: environmentIn(plan, environment), files };
  };
  if (options.worktree !== true) {
    const chosen = await chooseCommit(options, config);
    return withFilesAt(chosen, options, config, (files) => use(planned(chosen, files)));
  }
  const { root, project } = await checkoutOf(options);
  const commit = await gitOrFail(['rev-parse', '--verify', 'HEAD^{commit}'], root);
  return use(planned({ project, commit }, filesOf(root)));
}

function planIn(files: ProjectFiles, server: ServerConfig): ReleasePlan {
  const loaded = loadProject({ files: files.text, server });
  if (!loaded.ok) throw new CommandFailure(exitCodes.configuration, formatProblems(loaded.problems));
  if (loaded.releasePlan !== undefined) return loaded.releasePlan;
  throw new CommandFailure(
    exitCodes.configuration,
    'longhaul.yaml has no `release` part: nothing of it is deployed. What it may say: docs/configuration.md',
  );
}

function environmentIn({ staging, production }: ReleasePlan, name: string): EnvironmentPlan {
  const found = [staging, production].find((environment) => environment.name === name);
  if (found !== undefined) return found;
  throw new CommandFailure(
    exitCodes.notFound,
    `A release deploys to ${staging.name} and ${production.name}, not to ${name}.`,
  );
}
