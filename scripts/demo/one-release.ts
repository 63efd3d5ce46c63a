import { ciRunId } from '../../core/ids.ts';
import type { ReleaseRecord } from '../../core/release.ts';
import { evidenceLines } from '../../client/cli/render/evidence-lines.ts';
import { followCiRun } from '../../client/cli/follow-ci-run.ts';
import { follow } from '../../client/cli/follow.ts';
import { viewOf } from '../../client/cli/follow-release.ts';
import { confirm, currentPerson } from '../../client/cli/person.ts';
import { terminalOutput } from '../../client/cli/output.ts';
import { releaseNews } from '../../client/cli/render/release-news.ts';
import type { Session } from '../../client/cli/session.ts';
import type { ReleaseView } from '../../client/release-views.ts';
import { production } from './reading.ts';

const project = 'longhaul/flights';
const output = { ...terminalOutput, interactive: false };

/** The CI run of a pushed commit, followed to its end. @throws Error when it does not pass */
export async function runCi(session: Session, commit: string): Promise<void> {
  const by = await currentPerson();
  const id = ciRunId(project, commit);
  await session.longhaul.startCiRun({
    project,
    commit,
    trigger: { kind: 'push', by, ref: 'refs/heads/main' },
  });
  console.log(`CI: ${session.pageOf(id)}`);
  const view = await followCiRun(session, id, output, false);
  if (view.result?.passed !== true) throw new Error(`CI did not pass: ${session.pageOf(id)}`);
}

/**
 * The release of a commit, followed to its end. Asks the person at the terminal for the approval, or answers it.
 * `onView` hears each state of it.
 */
export async function runRelease(
  session: Session,
  commit: string,
  answer: { readonly yes: boolean; readonly onView: (view: ReleaseView) => void },
): Promise<ReleaseRecord> {
  const by = await currentPerson();
  const { longhaul } = session;
  const { id } = await longhaul.startRelease({
    project,
    commit,
    model: production.model,
    trigger: { kind: 'push', by },
  });
  console.log(`Release: ${session.pageOf(id)}`);
  let before: ReleaseView | undefined;
  let asked: string | undefined;
  let question = new AbortController();
  let failed: { readonly why: unknown } | undefined;
  const end = await follow({
    look: () => viewOf(longhaul, id),
    show: (view) => {
      const evidence = view.record?.phase === 'waitingForApproval' ? view.record.evidence : undefined;
      if (evidence?.digest !== asked) question.abort();
      for (const line of releaseNews(before, view)) console.log(`  ${line}`);
      before = view;
      answer.onView(view);
      if (evidence?.digest === asked) return;
      asked = evidence?.digest;
      if (view.record === undefined || evidence === undefined) return;
      question = new AbortController();
      decide(session, view.record, by, answer.yes || question.signal).catch((why: unknown) => {
        failed = { why };
      });
    },
    isOver: (view) => failed !== undefined || view.status !== 'RUNNING',
    onSilence: (message) => {
      console.error(message);
    },
  });
  if (failed !== undefined) throw failed.why;
  if (end.record?.outcome === undefined) throw new Error(`${id} ended as ${end.status} without an outcome.`);
  return end.record;
}

/** Says yes, or asks the person until the question is withdrawn because it was answered elsewhere. */
async function decide(
  { longhaul }: Session,
  record: ReleaseRecord,
  by: string,
  yes: true | AbortSignal,
): Promise<void> {
  if (record.evidence === undefined) return;
  for (const line of evidenceLines(record.evidence)) console.log(`    ${line}`);
  const approved =
    yes === true ||
    (await confirm(`Release version ${record.evidence.candidateVersion} to production?`, yes));
  if (approved === null) return;
  const message = { by, evidence: record.evidence.digest };
  const { message: reply } = await longhaul.send(record.id, approved ? 'approve' : 'reject', message);
  console.log(`  ${reply}`);
}
