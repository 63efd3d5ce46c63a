import { namesEvidence } from '../../core/approval.ts';
import { commandIn } from '../../core/comment-command.ts';
import type { Proof } from '../../core/identity.ts';
import type { Forge, ForgeComment } from '../../core/ports/forge.ts';
import { formatTime } from '../../core/time.ts';
import type { WeighInput } from '../contracts.ts';
import type { Disproved, Proven } from './proven.ts';

/**
 * A comment `/longhaul approve [DIGEST] [WORDS]`, read again from the forge: what stands there counts, never what the
 * sender says of it. It is about this evidence because it names its digest; without that it has to stand under a pull
 * request that brought the commit, written after the evidence was sealed.
 */
export async function proveComment(
  forge: Forge | null,
  input: WeighInput,
  { comment: id, project }: Extract<Proof, { readonly kind: 'githubComment' }>,
): Promise<Proven | Disproved> {
  if (forge === null) return { reason: 'the operator’s file has no `github`, so no comment can be read' };
  if (project !== input.project) return { reason: `the comment is of ${project}, not of ${input.project}` };
  const comment = await forge.comment(project, id);
  if (comment === null) return { reason: 'the comment is gone' };
  const reason = faultOf(comment, input.word);
  if (reason !== null) return { reason };
  const { evidence, words } = saidIn(comment.body);
  if (evidence === undefined || !namesEvidence(evidence, input.evidenceDigest)) {
    const unbound = evidence === undefined ? await whyUnbound(forge, input, comment) : null;
    if (unbound !== null) return { reason: unbound };
  }
  const { author } = comment;
  return {
    identity: { provider: 'github', id: author.toLowerCase(), name: author, verified: true },
    comment: words,
    ...(evidence === undefined ? {} : { evidence }),
  };
}

/** What is wrong with the comment itself. */
function faultOf({ author, body, editedAt, writtenAt }: ForgeComment, word: string): string | null {
  if (author === '') return 'the forge does not say any more who wrote the comment';
  if (author.endsWith('[bot]')) return `${author} is a program, and an answer is a person’s`;
  if (commandIn(body)?.word !== word) return `the comment does not say \`/longhaul ${word}\``;
  if (editedAt !== writtenAt)
    return `the comment was edited at ${formatTime(editedAt)}, so that nobody knows whose words it has: write another`;
  return null;
}

/** A comment that names no evidence is about what could be seen where and when it was written. */
async function whyUnbound(
  forge: Forge,
  { commit, project, sealedAt }: WeighInput,
  { pullRequest, writtenAt }: ForgeComment,
): Promise<string | null> {
  const name = 'name the evidence: `/longhaul approve sha256:…`';
  if (Date.parse(writtenAt) < wholeSecond(sealedAt))
    return `the comment was written at ${formatTime(writtenAt)}, before the evidence was sealed at ${formatTime(sealedAt)}; ${name}`;
  const brought = await forge.pullRequestsOf(project, commit);
  if (brought.some(({ number }) => number === pullRequest)) return null;
  return `the comment does not stand under a pull request that brought ${commit.slice(0, 12)}; ${name}`;
}

/** The forge's times have no fractions. */
const wholeSecond = (iso: string): number => Math.floor(Date.parse(iso) / 1_000) * 1_000;

/** A digest, if one is named, and the words after it. */
function saidIn(body: string): { readonly evidence?: string; readonly words: string } {
  const rest = commandIn(body)?.rest ?? '';
  const [first = '', ...others] = rest.split(/\s+/);
  return /^(sha256:)?[0-9a-f]{12,64}$/.test(first)
    ? { evidence: first, words: others.join(' ') }
    : { words: rest };
}
