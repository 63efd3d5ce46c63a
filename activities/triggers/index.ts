import { WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { CiRunInput } from '../../core/ci.ts';
import { ciRunId, documentKeys, pullRequestKey, searchAttributes, untrustedCiRunId } from '../../core/ids.ts';
import type { Forge } from '../../core/ports/forge.ts';
import type { DataSeen, PullRequestRef } from '../../core/trigger.ts';
import type { TriggerPolicy } from '../../core/trigger-policy.ts';
import type { CiListener } from '../../workflows/messages.ts';
import type { TriggerActivities } from '../contracts.ts';
import { answerCommand, tellWaiting } from './answer.ts';
import { decide, judgeData } from './decide.ts';
import type { DecidingDeps } from './decide.ts';
import { quoted } from './quoted.ts';
import { openRepository } from './repository.ts';
import { beginRelease, tellRelease } from './releases.ts';
import type { ReleaseDeps } from './releases.ts';

export interface TriggerDeps extends DecidingDeps, ReleaseDeps {
  /** Starts or joins a CI run; of the typed client, which a worker hands in. */
  readonly startCi: (
    input: CiRunInput,
    listener?: CiListener,
  ) => Promise<{ readonly id: string; readonly runId: string }>;
  /** Likewise: makes schedules as a policy says, and tells in a sentence each what changed. */
  readonly syncSchedules: (project: string, policy: TriggerPolicy) => Promise<readonly string[]>;
}

/** Activities of what starts work. */
export function createTriggerActivities(deps: TriggerDeps): TriggerActivities {
  const { client, forge, startCi } = deps;
  return {
    decideTrigger: ({ event }) => decide(deps, event),
    judgeData: ({ event, digest }) => judgeData(deps, event, digest),

    keepDataSeen: ({ project, digest }) =>
      deps.store.writeDocument(
        documentKeys.dataSeen(project),
        JSON.stringify({ digest, at: new Date().toISOString() } satisfies DataSeen),
      ),

    async syncSchedules({ project }) {
      const repository = await openRepository(deps.mirrors, project);
      const { main } = repository;
      const head = main === null ? null : await repository.headOf(main);
      const file = head === null ? null : repository.triggersAt(head);
      if (file === null) return [];
      if (file.problem !== undefined) return ['The schedules stay as they are: `triggers` is not valid.'];
      return deps.syncSchedules(project, file.policy);
    },

    startCi: ({ run, listener }) =>
      startCi(run, listener === undefined ? undefined : { workflowId: listener, hears: 'end' }),

    /** The open runs are listed before the head is asked for: whatever is listed is then of an older head. */
    async supersedeOlder({ pullRequest, commit }) {
      const own = [ciRunId(pullRequest.project, commit), untrustedCiRunId(pullRequest.project, commit)];
      const open = (await openRunsOf(client, pullRequest)).filter((id) => !own.includes(id));
      if (!(await isHead(forge, pullRequest, commit))) return { isHead: false, superseded: [] };
      for (const id of open) {
        await client.workflow.getHandle(id).signal('supersede', { commit }).catch(unlessClosed);
      }
      return { isHead: true, superseded: open };
    },

    beginRelease: (input) => beginRelease(deps, input),
    tellRelease: (input) => tellRelease(deps, input),
    tellWaiting: (input) => tellWaiting(forge, input),
    answerCommand: (input) => answerCommand(forge, input),
  };
}

async function isHead(forge: Forge | null, pullRequest: PullRequestRef, commit: string): Promise<boolean> {
  if (forge === null) return false;
  const now = await forge.pullRequest(pullRequest);
  return now.open && now.commit === commit;
}

async function openRunsOf(client: Client, pullRequest: PullRequestRef): Promise<readonly string[]> {
  const query = [
    `WorkflowType = 'ciRun'`,
    `ExecutionStatus = 'Running'`,
    `${searchAttributes.pullRequest} = ${quoted(pullRequestKey(pullRequest))}`,
  ].join(' AND ');
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
  return ids;
}

function unlessClosed(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}
