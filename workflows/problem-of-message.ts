/** Characters that a person's words may have: they go into records and histories. */
const limits = { by: 200, comment: 4_000, evidence: 100 } as const;

/** What makes a person's message malformed, whatever it says; null when it can be heard. */
export function problemOfMessage(message: unknown): string | null {
  if (!isRecord(message)) return sayWho;
  const { by, comment, evidence, proof } = message;
  if (!isText(by, limits.by) || by === '') return sayWho;
  if (comment !== undefined && !isText(comment, limits.comment)) {
    return `A comment is text of at most ${limits.comment} characters.`;
  }
  if (evidence !== undefined && !isText(evidence, limits.evidence)) {
    return 'Evidence is named by its digest: "sha256:<64 hex digits>".';
  }
  return proof === undefined || isProof(proof) ? null : 'The proof is none that Longhaul knows.';
}

const sayWho = 'Say who you are: {"by": "name", "comment": "..."}';

function isProof(proof: unknown): boolean {
  if (!isRecord(proof)) return false;
  switch (proof['kind']) {
    case 'githubComment':
      return isText(proof['project'], limits.by) && Number.isSafeInteger(proof['comment']);
    case 'slackButton':
      return ['user', 'name', 'at', 'mark'].every((key) => isText(proof[key], limits.by));
    default:
      return false;
  }
}

const isText = (value: unknown, longest: number): value is string =>
  typeof value === 'string' && value.length <= longest;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
