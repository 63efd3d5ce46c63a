import { toCompareStep } from '../../config/compare-step.ts';
import { formatProblems } from '../../config/format-problems.ts';
import { projectFile } from '../../config/load-project.ts';
import type { ServerConfig } from '../../config/server-config.ts';
import { commandIn } from '../../core/comment-command.ts';
import type { CiRunResult } from '../../core/ci.ts';
import { decideCommand, releasedCommit } from '../../core/decide-command.ts';
import {
  decideData,
  decideLook,
  decidePullRequest,
  decidePush,
  decideRerun,
  decideSchedule,
  mayChangeSchedules,
  nothing,
} from '../../core/decide-trigger.ts';
import type { Policy } from '../../core/decide-trigger.ts';
import { LonghaulError } from '../../core/errors.ts';
import type {
  CommandEvent,
  PullRequestEvent,
  RerunEvent,
  ScheduleEvent,
  TriggerEvent,
} from '../../core/forge-event.ts';
import { ciRunId, documentKeys } from '../../core/ids.ts';
import type { ArtifactStore } from '../../core/ports/artifact-store.ts';
import type { Forge, PullRequest } from '../../core/ports/forge.ts';
import { compareSchedule, configurationOf } from '../../core/trigger-policy.ts';
import type { DataSeen, TriggerDecision } from '../../core/trigger.ts';
import { readDocument } from '../store/read-document.ts';
import type { Mirrors } from '../workspace/mirrors.ts';
import { openRepository } from './repository.ts';
import type { Repository } from './repository.ts';
import { keepOk, seeHead } from './strangers.ts';

export interface DecidingDeps {
  readonly mirrors: Mirrors;
  readonly store: ArtifactStore;
  /** Null: the operator's file names none. */
  readonly forge: Forge | null;
  readonly server: () => ServerConfig;
}

/** Gathers what a decision rests on, and decides. */
export async function decide(deps: DecidingDeps, event: TriggerEvent): Promise<TriggerDecision> {
  let repository: Repository;
  try {
    repository = await openRepository(deps.mirrors, event.project);
  } catch (error) {
    if (error instanceof LonghaulError && error.type === 'NotPermitted') return nothing(error.message);
    throw error;
  }
  switch (event.kind) {
    case 'push': {
      const { branch, commit, before } = event;
      const held = (await repository.branchesWith(commit)).includes(branch);
      const changed = held ? await repository.changedBetween(before, commit) : null;
      const isMain = branch === repository.main && held;
      const from = isMain ? commit : await ofMain(repository);
      const decision = await withPolicy(repository, from, (policy) =>
        decidePush(event, policy, { held, changed }),
      );
      if (!isMain || !mayChangeSchedules(changed, projectFile)) return decision;
      return { ...decision, actions: [{ kind: 'schedules', project: event.project }, ...decision.actions] };
    }
    case 'data':
      return withPolicy(repository, await ofMain(repository), async (policy) =>
        decideData(event, policy, { head: await repository.headOf(policy.policy.data.branch) }),
      );
    case 'schedule':
      return withPolicy(repository, await ofMain(repository), async (policy) => {
        if (event.schedule === compareSchedule) return decideToLook(deps, repository, event, policy);
        const branch = policy.policy.schedules[event.schedule]?.branch ?? '';
        return decideSchedule(event, policy, { head: await repository.headOf(branch) });
      });
    case 'pullRequest':
    case 'command':
    case 'rerun':
      return deps.forge === null
        ? nothing('The operator’s file has no `github`, which would have to be asked.')
        : decideByForge({ ...deps, forge: deps.forge }, repository, event);
  }
}

/** The step that looks, with the environment and the secrets that the file gives to all commands. */
async function decideToLook(
  { server }: DecidingDeps,
  repository: Repository,
  { project }: ScheduleEvent,
  { policy }: Policy,
): Promise<TriggerDecision> {
  const { branch, compare } = policy.data;
  if (compare === undefined)
    return nothing('longhaul.yaml has no triggers.data.compare any more: longhaul schedules sync');
  const commit = await repository.headOf(branch);
  if (commit === null) return nothing(`There is no branch ${branch}.`);
  const loaded = repository.projectAt(commit, server(), configurationOf(policy, branch));
  if (!loaded.ok) return nothing(`The file of ${project} is not valid:\n${formatProblems(loaded.problems)}`);
  const { ciPlan, config } = loaded;
  const look = { commit, overlay: ciPlan.overlay, step: toCompareStep(compare, config) };
  return { actions: [], told: ['A look at the source of the data.'], look };
}

/** By what was seen at the last look. */
export async function judgeData(
  deps: DecidingDeps,
  event: ScheduleEvent,
  digest: string,
): Promise<TriggerDecision> {
  const repository = await openRepository(deps.mirrors, event.project);
  const seen = await readDocument<DataSeen>(deps.store, documentKeys.dataSeen(event.project));
  return withPolicy(repository, await ofMain(repository), async (policy) => {
    const head = await repository.headOf(policy.policy.data.branch);
    return decideLook(event, policy, { head, before: seen?.digest ?? null, digest });
  });
}

type ForgeDeps = DecidingDeps & { readonly forge: Forge };

function decideByForge(
  deps: ForgeDeps,
  repository: Repository,
  event: PullRequestEvent | CommandEvent | RerunEvent,
): Promise<TriggerDecision> {
  switch (event.kind) {
    case 'pullRequest':
      return aboutPullRequest(deps, repository, event);
    case 'command':
      return aboutCommand(deps, repository, event);
    case 'rerun':
      return aboutRerun(deps, repository, event);
  }
}

async function aboutPullRequest(
  { forge, store }: ForgeDeps,
  repository: Repository,
  event: PullRequestEvent,
): Promise<TriggerDecision> {
  const pullRequest = await forge.pullRequest(event);
  const seen = await seeHead(store, pullRequest);
  return withPolicy(repository, await ofBase(repository, pullRequest), (policy) =>
    decidePullRequest(event, policy, { pullRequest, seen }),
  );
}

/** The comment as it is now decides, and who the forge says has written it. */
async function aboutCommand(
  { forge, store }: ForgeDeps,
  repository: Repository,
  event: CommandEvent,
): Promise<TriggerDecision> {
  const { project, pullRequest: number } = event;
  const comment = await forge.comment(project, event.comment);
  const pullRequest = await forge.pullRequest({ project, number });
  const command = comment === null ? null : commandIn(comment.body);
  const permission =
    comment === null || command === null ? 'none' : await forge.permission(project, comment.author);
  const seen = await seeHead(store, pullRequest);
  const ciPassed = await hasPassed(store, project, releasedCommit(pullRequest));
  const facts = { pullRequest, seen, comment, command, permission, ciPassed };
  const decision = await withPolicy(repository, await ofBase(repository, pullRequest), (policy) =>
    decideCommand(event, policy, facts),
  );
  if (comment !== null && command?.word === 'ok-to-test' && decision.answer?.accepted === true)
    await keepOk(store, pullRequest, comment.author);
  return decision;
}

async function aboutRerun(
  { forge, store }: ForgeDeps,
  repository: Repository,
  event: RerunEvent,
): Promise<TriggerDecision> {
  const { project, commit } = event;
  const refs = await forge.pullRequestsOf(project, commit);
  const all = await Promise.all(refs.map((ref) => forge.pullRequest(ref)));
  const heads = all.filter((pullRequest) => pullRequest.commit === commit);
  const pullRequests = await Promise.all(
    heads.map(async (pullRequest) => ({ pullRequest, seen: await seeHead(store, pullRequest) })),
  );
  const branches = await repository.branchesWith(commit);
  return withPolicy(repository, await ofMain(repository), (policy) =>
    decideRerun(event, policy, { pullRequests, branches }),
  );
}

/** A branch cannot let itself be released: the file of the repository's own branch decides for all. */
const ofMain = async (repository: Repository): Promise<string | null> =>
  repository.main === null ? null : repository.headOf(repository.main);

const ofBase = async (
  repository: Repository,
  { baseBranch, baseCommit }: PullRequest,
): Promise<string | null> => (await repository.headOf(baseBranch)) ?? baseCommit;

async function withPolicy(
  repository: Repository,
  commit: string | null,
  decideBy: (policy: Policy) => TriggerDecision | Promise<TriggerDecision>,
): Promise<TriggerDecision> {
  const file = commit === null ? null : repository.triggersAt(commit);
  if (file === null) return nothing('There is no longhaul.yaml that would say what is to be started.');
  const decision = await decideBy(file);
  if (file.problem === undefined) return decision;
  const told = `\`triggers\` of longhaul.yaml is not valid, so the defaults hold: ${file.problem}`;
  return { ...decision, told: [...decision.told, told] };
}

async function hasPassed(store: ArtifactStore, project: string, commit: string | null): Promise<boolean> {
  if (commit === null) return false;
  const result = await readDocument<CiRunResult>(store, documentKeys.ciRun(ciRunId(project, commit)));
  return result?.passed === true && result.source === undefined;
}
