import { policyInWords } from '../../core/approval-policy.ts';
import type { ApprovalPolicy, Reminder } from '../../core/approval-policy.ts';
import { saidBy } from '../../core/approval.ts';
import { evidenceChange } from '../../core/evidence.ts';
import type { Approval, Evidence } from '../../core/release.ts';
import type { Release } from './context.ts';
import { ReleaseStopped } from './outcome.ts';

/** Waits until people have answered for this evidence, reminds them meanwhile, and heeds what they say. */
export async function askPeople(
  release: Release,
  evidence: Evidence,
  before: Evidence | undefined,
): Promise<void> {
  const { ledger, plan } = release;
  const { answers } = release.controls;
  const { approval: policy } = plan;
  const asked = Date.now();
  const question = {
    evidenceDigest: evidence.digest,
    policy,
    environment: plan.production.name,
    askedAt: new Date(asked).toISOString(),
    expiresAt: new Date(asked + policy.expiresMs).toISOString(),
    missing: policyInWords(policy),
  };
  answers.ask(question, before === undefined ? 'it was asked anew' : evidenceChange(before, evidence));
  try {
    await ledger.enter('waitingForApproval', {
      for: question.missing,
      next: `longhaul release approve ${ledger.record.id}`,
    });
    await waitForAnswers(release, asked);
  } catch (error) {
    answers.close();
    throw error;
  }
  heed(release);
}

/** Until there is a decision, or the approval has expired and all that came before that is weighed. */
async function waitForAnswers(release: Release, asked: number): Promise<void> {
  const { answers } = release.controls;
  const { expiresMs } = release.plan.approval;
  for (const { afterMs, reminder } of [
    ...remindersOf(release.plan.approval),
    { afterMs: expiresMs, reminder: null },
  ]) {
    await passTime(release, asked + afterMs);
    if (answers.decided) return;
    if (reminder !== null) await remind(release, reminder);
  }
  await answers.weighed();
}

/**
 * Until then, or until there is a decision; what comes in is saved, so that others hear of it. There is a timer even
 * where the decision came while the question was saved: version 0.1 counts on it.
 */
async function passTime({ controls: { answers }, ledger }: Release, until: number): Promise<void> {
  for (let left = until - Date.now(); left > 0; left = until - Date.now()) {
    if (!(await answers.news(left)) || answers.decided) return;
    answers.told();
    await ledger.save();
  }
}

interface Due {
  readonly afterMs: number;
  readonly reminder: Pick<Reminder, 'kind' | 'to'>;
}

/** Those before the expiry, in their order. */
function remindersOf({
  escalateAfterMs,
  escalateTo = [],
  expiresMs,
  remindAfterMs,
  roles = [],
}: ApprovalPolicy): readonly Due[] {
  const due: readonly { readonly afterMs: number | undefined; readonly reminder: Due['reminder'] }[] = [
    { afterMs: remindAfterMs, reminder: { kind: 'reminder', to: roles } },
    { afterMs: escalateAfterMs, reminder: { kind: 'escalation', to: escalateTo } },
  ];
  return due
    .filter((each): each is Due => each.afterMs !== undefined && each.afterMs < expiresMs)
    .toSorted((a, b) => a.afterMs - b.afterMs);
}

/** Tells it in the record; whoever shows the record to people tells them. */
async function remind({ ledger }: Release, reminder: Due['reminder']): Promise<void> {
  const { asked, evidence, reminders = [] } = ledger.record;
  const now: Reminder = {
    ...reminder,
    at: new Date().toISOString(),
    evidenceDigest: evidence?.digest ?? '',
    missing: asked?.missing ?? '',
  };
  ledger.note({ reminders: [...reminders, now] });
  await ledger.save();
}

function heed({ controls: { answers }, ledger }: Release): void {
  const { standing } = answers;
  switch (standing?.kind) {
    case 'approved':
      ledger.gate('approval', true, `approved by ${standing.by.map(inWords).join(', and by ')}`);
      return;
    case 'rejected': {
      const { by } = standing;
      ledger.gate('approval', false, `rejected by ${inWords(by)}`);
      throw new ReleaseStopped({
        kind: 'rejected',
        by: by.by,
        reason: by.comment || 'no reason given',
      });
    }
    default: {
      const reason =
        standing === undefined || ledger.record.approvals.length === 0
          ? 'nobody answered before the approval expired'
          : `the approval expired while it still needed ${standing.missing}`;
      answers.close();
      ledger.gate('approval', false, reason);
      throw new ReleaseStopped({ kind: 'rejected', by: 'expiry', reason });
    }
  }
}

const inWords = (approval: Approval): string =>
  approval.comment === '' ? saidBy(approval) : `${saidBy(approval)}: ${approval.comment}`;
