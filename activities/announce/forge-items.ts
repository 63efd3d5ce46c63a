import type { AnnouncedSubject } from '../../core/announcement.ts';
import { pullRequestMarker } from '../../core/ids.ts';
import type { CiView } from '../../core/forge-view.ts';
import type { Forge } from '../../core/ports/forge.ts';
import { pullRequestComment } from '../../core/render/forge/comment.ts';
import { ciChecks } from '../../core/render/forge/checks.ts';
import { releaseDeployments } from '../../core/render/forge/deployments.ts';
import type { ReleaseRecord } from '../../core/release.ts';
import type { ForgeActivities } from '../contracts.ts';
import { endedCiView, openCiView, readPullRequestFacts } from './facts/index.ts';
import type { FactSources } from './facts/index.ts';
import { digestOf } from './item.ts';
import type { Item } from './item.ts';
import type { SubjectNow } from './subject-record.ts';

export type ForgeSurroundings = Omit<FactSources, 'forge'> &
  Pick<ForgeActivities, 'openRevert'> & {
    /** Where people see more of a workflow; null where they see nothing. */
    readonly detailsUrl: (workflowId: string) => string | null;
    /** Where each environment answers, by its name. */
    readonly urls: () => Readonly<Record<string, string>>;
  };

/** What the forge shows of a run: checks and the one comment of a CI run, deployments and a revert of a release. */
export async function forgeItems(
  forge: Forge,
  around: ForgeSurroundings,
  subject: AnnouncedSubject,
  now: SubjectNow,
): Promise<readonly Item[]> {
  if (now.kind === 'release') return now.record === null ? [] : releaseItems(forge, around, now.record);
  const view = await viewOf(around, subject, now);
  if (view === null) return [];
  const checks = ciChecks(view).map((check) => ({
    key: check.key,
    digest: digestOf(check),
    tell: async () => {
      await forge.putCheck(check);
      return {};
    },
  }));
  return now.result === undefined
    ? checks
    : [...checks, ...(await commentItems(forge, around, view, now.result))];
}

/** Null for a run that ended without a word: nobody knows how its steps stood. */
async function viewOf(
  { store, detailsUrl }: ForgeSurroundings,
  { id, project, commit }: AnnouncedSubject,
  now: Extract<SubjectNow, { kind: 'ci' }>,
): Promise<CiView | null> {
  const url = detailsUrl(id);
  const more = url === null ? {} : { detailsUrl: url };
  if (now.result !== undefined) return endedCiView(store, more, now.result);
  const { steps, startedAt } = now;
  return startedAt === undefined ? null : openCiView({ id, project, commit, ...more }, { steps, startedAt });
}

/** The comment of each pull request that the commit is the head of. */
async function commentItems(
  forge: Forge,
  around: ForgeSurroundings,
  view: CiView,
  { pullRequest }: { readonly pullRequest?: number },
): Promise<readonly Item[]> {
  if (pullRequest === undefined) return [];
  const ref = { project: view.project, number: pullRequest };
  const facts = await readPullRequestFacts({ ...around, forge }, view, ref);
  if (facts === null) return [];
  return [
    {
      key: `comment#${pullRequest}`,
      digest: digestOf(pullRequestComment(facts, null)),
      tell: async () => {
        await forge.putComment(ref, pullRequestMarker, (standing) => pullRequestComment(facts, standing));
        return {};
      },
    },
  ];
}

function releaseItems(forge: Forge, around: ForgeSurroundings, record: ReleaseRecord): readonly Item[] {
  const logUrl = around.detailsUrl(record.id);
  const links = { urls: around.urls(), ...(logUrl === null ? {} : { logUrl }) };
  const deployments = releaseDeployments(record, links).map((deployment) => ({
    key: deployment.key,
    digest: digestOf(deployment),
    tell: async () => {
      await forge.putDeployment(deployment);
      return {};
    },
  }));
  return [...deployments, ...revertItems(around, record)];
}

/** The pull request that takes back what was rolled back, where the project asks for one. */
function revertItems(
  { openRevert }: ForgeSurroundings,
  { id, project, commit, outcome, onRollback }: ReleaseRecord,
): readonly Item[] {
  if (outcome?.kind !== 'rolledBack' || onRollback?.revertPullRequest !== true) return [];
  const { reason } = outcome;
  return [
    {
      key: 'revert',
      digest: 'opened',
      tell: async () => {
        await openRevert({ project, commit, release: id, reason });
        return {};
      },
    },
  ];
}
