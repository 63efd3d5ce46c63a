/** What the forge is shown is made from these facts (core/forge-view.ts), read anew at each look. */
import { modelOf } from '../../../config/project-config.ts';
import { loadProject } from '../../../config/load-project.ts';
import { pullRequestPolicy, pullRequestSchema } from '../../../config/pull-request-config.ts';
import type { CiRunResult, CiStepState } from '../../../core/ci.ts';
import { LonghaulError } from '../../../core/errors.ts';
import type { ChampionFacts, CiView, PullRequestFacts } from '../../../core/forge-view.ts';
import type { ArtifactStore } from '../../../core/ports/artifact-store.ts';
import type { Forge } from '../../../core/ports/forge.ts';
import type { ModelRegistry } from '../../../core/ports/model-registry.ts';
import { endedStepStates } from '../../../core/render/ci-details.ts';
import type { PullRequestRef } from '../../../core/trigger.ts';
import { filesAtCommit } from '../../git/files-at-commit.ts';
import type { Mirrors } from '../../workspace/mirrors.ts';
import { findBaseRun } from './base-run.ts';
import { readChampion } from './champion.ts';
import { readFlakyHistory } from './flaky-tests.ts';
import { readSteps } from './readings.ts';

export interface FactSources {
  readonly store: ArtifactStore;
  readonly registry: ModelRegistry;
  readonly mirrors: Mirrors;
  readonly forge: Forge;
}

interface Subject extends Pick<CiView, 'id' | 'project' | 'commit'> {
  readonly detailsUrl?: string;
}

/** A run that goes on: where each step stands, as the run itself answers; `startedAt` as Temporal has it (ISO). */
export const openCiView = (
  { id, project, commit, detailsUrl }: Subject,
  { steps, startedAt }: { readonly steps: readonly CiStepState[]; readonly startedAt: string },
): CiView => ({
  ...{ id, project, commit, startedAt, steps, results: [], read: {} },
  ...(detailsUrl === undefined ? {} : { detailsUrl }),
});

/** A run that has ended, with what its logs and documents say. @throws LonghaulError Unreachable */
export async function endedCiView(
  store: Pick<ArtifactStore, 'getText' | 'getFile'>,
  { detailsUrl }: Pick<Subject, 'detailsUrl'>,
  result: CiRunResult,
): Promise<CiView> {
  const { id, project, commit, startedAt, steps, passed, seconds, supersededBy, untrusted } = result;
  return {
    ...{ id, project, commit, startedAt, steps: endedStepStates(steps), results: steps },
    read: await readSteps(store, steps),
    ended: { passed, seconds, ...(supersededBy === undefined ? {} : { supersededBy }) },
    ...(untrusted === undefined ? {} : { untrusted }),
    ...(detailsUrl === undefined ? {} : { detailsUrl }),
  };
}

/**
 * What the comment of a pull request is made from besides its run: the forge is asked for the base branch and the changed
 * files, the base branch's own file for the policy and the model. Null where the run's commit is the head no longer: the
 * comment is the newer run's then.
 * @throws LonghaulError as the forge, the store and the mirrors do; a registry that does not answer is left out
 */
export async function readPullRequestFacts(
  { store, registry, mirrors, forge }: FactSources,
  run: CiView,
  pullRequest: PullRequestRef,
): Promise<PullRequestFacts | null> {
  const { project } = run;
  const { commit, baseBranch: branch, baseCommit: head } = await forge.pullRequest(pullRequest);
  if (commit !== run.commit) return null;
  const mirror = await mirrors.withCommit({ project, commit: head });
  const loaded = loadProject({ files: filesAtCommit(mirror, head) });
  const model = loaded.ok && loaded.config.release !== undefined ? modelOf(loaded.config) : null;
  const [base, champion, history, changedFiles] = await Promise.all([
    findBaseRun({ store, mirror, project, branch, head }),
    model === null ? null : championOf(registry, model),
    readFlakyHistory(store, project, run.results),
    forge.changedFiles(pullRequest),
  ]);
  const policy = pullRequestPolicy(loaded.ok ? loaded.config.pullRequest : pullRequestSchema.parse({}));
  return { run, base, champion, history, changedFiles, policy };
}

/** People hear of their run although MLflow is away. */
const championOf = (registry: ModelRegistry, model: string): Promise<ChampionFacts | null> =>
  readChampion(registry, model).catch((error: unknown) => {
    if (error instanceof LonghaulError) return null;
    throw error;
  });
