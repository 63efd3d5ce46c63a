import { CancellationScope, condition } from '@temporalio/workflow';
import type { WeighInput } from '../../activities/contracts.ts';
import { letFall, refusalOf, standingOf, takeAnswer } from '../../core/approval.ts';
import type { PersonsAnswer, Standing } from '../../core/approval.ts';
import type { ApprovalQuestion } from '../../core/approval-policy.ts';
import type { Identity } from '../../core/identity.ts';
import type { Approval } from '../../core/release.ts';
import { approvals } from '../activities.ts';
import { failureReason } from '../failure-reason.ts';
import type { Answer, PersonMessage } from '../messages.ts';
import type { Ledger } from './ledger.ts';

const words = { approved: 'approve', rejected: 'reject' } as const;

/**
 * What people answer to the question that is open. An answer with a proof is weighed by an activity, so answers may
 * overtake each other: each is judged by what is asked when its weighing is over, by the time at which it came.
 */
export class Answers {
  #question: ApprovalQuestion | undefined;
  #weighing = 0;
  #untold = false;
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Asks anew: answers to other evidence fall, and the record says so. */
  ask(question: ApprovalQuestion, because: string): void {
    const fell = { at: question.askedAt, reason: because };
    this.#question = question;
    this.#ledger.note({
      asked: question,
      approvals: letFall(this.#ledger.record.approvals, question.evidenceDigest, fell),
    });
  }

  /** What the answers come to; undefined while nothing was asked. */
  get standing(): Standing | undefined {
    return this.#question === undefined
      ? undefined
      : standingOf(this.#question, this.#ledger.record.approvals);
  }

  get decided(): boolean {
    return this.standing !== undefined && this.standing.kind !== 'open';
  }

  /** Resolves to true once there is a decision or something to tell, to false when `ms` are over before. */
  news(ms: number): Promise<boolean> {
    return condition(() => this.decided || this.#untold, ms);
  }

  /** Once what was kept is told: the next {@link news} is about later answers. */
  told(): void {
    this.#untold = false;
  }

  /** Resolves once no answer is being weighed any more, or there is a decision. */
  weighed(): Promise<void> {
    return condition(() => this.decided || this.#weighing === 0);
  }

  /** From here on nothing is asked: the way of the release is left. */
  close(): void {
    if (this.#question !== undefined) this.#ledger.note({ asked: { ...this.#question, missing: null } });
    this.#question = undefined;
  }

  async hear(
    decision: Approval['decision'],
    message: PersonMessage,
    provider: 'signal' | 'update',
  ): Promise<Answer> {
    const asked = this.#question;
    const at = new Date().toISOString();
    if (asked === undefined) return notAsked;
    const before = refusalOf(asked, this.#ledger.record.approvals, { at, ...named(message.evidence) });
    if (before !== null) return { accepted: false, message: before };
    const answer =
      message.proof === undefined
        ? unproven(decision, message, provider, at)
        : await this.#weigh(asked, { ...message, proof: message.proof }, decision, at);
    if ('accepted' in answer) return answer;
    return this.#take({ ...answer, evidence: answer.evidence ?? asked.evidenceDigest });
  }

  /** Meanwhile the question may have been answered, withdrawn, or asked about other evidence. */
  #take(answer: PersonsAnswer): Answer {
    const asked = this.#question;
    if (asked === undefined) return notAsked;
    const { record } = this.#ledger;
    const taken = takeAnswer(asked, record.approvals, answer);
    if (taken.approvals !== record.approvals) {
      const standing = standingOf(asked, taken.approvals);
      const missing = standing.kind === 'open' ? standing.missing : null;
      this.#ledger.note({ approvals: taken.approvals, asked: { ...asked, missing } });
      if (missing !== null) this.#ledger.waitsStill(missing);
      this.#untold = true;
    }
    return { accepted: taken.accepted, message: taken.message };
  }

  async #weigh(
    asked: ApprovalQuestion,
    message: PersonMessage & Pick<WeighInput, 'proof'>,
    decision: Approval['decision'],
    at: string,
  ): Promise<PersonsAnswer | Answer> {
    const { commit, evidence, id, project } = this.#ledger.record;
    this.#weighing += 1;
    try {
      const weighed = await CancellationScope.nonCancellable(() =>
        approvals(`who says ${words[decision]}`).weigh({
          ...{ release: id, project, commit, environment: asked.environment, word: words[decision] },
          ...named(message.evidence),
          ...(message.comment === undefined ? {} : { comment: message.comment }),
          proof: message.proof,
          sealedAt: evidence?.sealedAt ?? asked.askedAt,
          evidenceDigest: asked.evidenceDigest,
          roles: asked.policy.roles ?? [],
          notTheAuthor: asked.policy.notTheAuthor === true,
        }),
      );
      if (!weighed.proven) {
        return { ...unproven(decision, message, 'update', at), against: weighed.reason };
      }
      const { against, answerer, comment } = weighed;
      return {
        ...{ decision, answerer, at, comment },
        ...named(weighed.evidence),
        ...(against === undefined ? {} : { against }),
      };
    } catch (error) {
      const why = failureReason(error);
      return {
        accepted: false,
        message: `whose answer it is could not be found out (${why}): give it again`,
      };
    } finally {
      this.#weighing -= 1;
    }
  }
}

const notAsked: Answer = { accepted: false, message: 'the release does not wait for an approval now' };

const named = (evidence: string | undefined): Pick<PersonsAnswer, 'evidence'> =>
  evidence === undefined ? {} : { evidence };

/** An answer that nobody vouches for. */
function unproven(
  decision: Approval['decision'],
  { by, comment = '', evidence, from, proof }: PersonMessage,
  provider: 'signal' | 'update',
  at: string,
): PersonsAnswer {
  const claimed =
    proof === undefined ? (from ?? provider) : proof.kind === 'slackButton' ? 'slack' : 'github';
  const identity: Identity = { provider: claimed, id: by, name: by, verified: false };
  return {
    ...{ decision, at, comment },
    answerer: { identity, roles: [], author: 'unknown' },
    ...named(evidence),
  };
}
