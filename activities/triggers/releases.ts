import type { Client } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { LonghaulError } from '../../core/errors.ts';
import { searchAttributes } from '../../core/ids.ts';
import type { PersonMessage, ReleaseMessage } from '../../workflows/messages.ts';
import type { Answer } from '../../workflows/messages.ts';
import type { TriggerActivities } from '../contracts.ts';
import type { Mirrors } from '../workspace/mirrors.ts';
import { openRepository } from './repository.ts';
import type { Repository } from './repository.ts';
import { quoted } from './quoted.ts';

/** What the typed client does of releases; a worker hands it in. */
export interface ReleaseDoor {
  start(
    input: {
      readonly project: string;
      readonly commit: string;
      readonly model: string;
      readonly trigger: BeginRelease['trigger'];
      readonly hotfix?: true;
    },
    how: { readonly key: string; readonly once: boolean },
  ): Promise<{ readonly kind: 'started' | 'open' | 'earlier'; readonly run: { readonly id: string } }>;
  /** The same word under the same `key` is said once. */
  send(id: string, message: ReleaseMessage, person: PersonMessage, key: string): Promise<Answer>;
}

export interface ReleaseDeps {
  readonly client: Client;
  readonly mirrors: Mirrors;
  readonly releases: ReleaseDoor;
}

type BeginRelease = Parameters<TriggerActivities['beginRelease']>[0];
type Began = Awaited<ReturnType<TriggerActivities['beginRelease']>>;

/** How many of the newest releases are asked whether they have passed a commit by. */
const releasesAsked = 50;

export async function beginRelease(deps: ReleaseDeps, input: BeginRelease): Promise<Began> {
  const { project, commit, trigger, kind, hotfix, key } = input;
  const repository = await openRepository(deps.mirrors, project);
  await deps.mirrors.withCommit({ project, commit });
  const model = repository.triggersAt(commit)?.model;
  if (model === undefined) return { id: null, told: 'The commit has no longhaul.yaml.' };
  const newer = kind === 'first' ? await newerReleased(deps.client, repository, input) : null;
  if (newer !== null) {
    return { id: null, told: `No release: ${newer.slice(0, 12)}, which holds it, has one already.` };
  }
  const { kind: came, run } = await deps.releases.start(
    { project, commit, model, trigger, ...(hotfix ? { hotfix: true } : {}) },
    { key, once: kind === 'first' },
  );
  return { id: run.id, told: `${run.id} ${cameWords[came]}.` };
}

const cameWords = {
  started: 'has started',
  open: 'was open already',
  earlier: 'was there already',
} as const;

/** A commit that has the given one in its history and a release of its own: a late start never goes back behind it. */
async function newerReleased(
  client: Client,
  repository: Repository,
  { project, commit }: BeginRelease,
): Promise<string | null> {
  const query = `WorkflowType = 'release' AND ${searchAttributes.project} = ${quoted(project)}`;
  const attribute = defineSearchAttributeKey(searchAttributes.commit, SearchAttributeType.KEYWORD);
  const commits = new Set<string>();
  let asked = 0;
  for await (const { typedSearchAttributes } of client.workflow.list({ query })) {
    const other = typedSearchAttributes.get(attribute);
    if (other !== undefined && other !== commit) commits.add(other);
    if ((asked += 1) >= releasesAsked) break;
  }
  for (const other of commits) if (await repository.isAncestor(commit, other)) return other;
  return null;
}

/** By update, which answers. What cannot be said to it is an answer, too. */
export async function tellRelease(
  { client, releases }: ReleaseDeps,
  { action, comment }: Parameters<TriggerActivities['tellRelease']>[0],
): ReturnType<TriggerActivities['tellRelease']> {
  const { project, commit, word, reason, login } = action;
  const id = await openRelease(client, project, commit);
  if (id === null) return { accepted: false, message: `No release of ${commit.slice(0, 12)} is open.` };
  try {
    const proof = { kind: 'githubComment', project, comment } as const;
    const person = { by: login, comment: reason, proof };
    return await releases.send(id, word, person, `comment-${comment}`);
  } catch (error) {
    if (!(error instanceof LonghaulError) || error.type === 'Unreachable') throw error;
    return { accepted: false, message: error.message };
  }
}

async function openRelease(client: Client, project: string, commit: string): Promise<string | null> {
  const query = [
    `WorkflowType = 'release'`,
    `ExecutionStatus = 'Running'`,
    `${searchAttributes.project} = ${quoted(project)}`,
    `${searchAttributes.commit} = ${quoted(commit)}`,
  ].join(' AND ');
  for await (const { workflowId } of client.workflow.list({ query })) return workflowId;
  return null;
}
