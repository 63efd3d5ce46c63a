/** Takes the values of secrets out of text, also in the forms that programs print them in. */
import { base64Forms } from './redact-base64.ts';

/** Shorter values are common words and numbers: masking them would hide the log and name the secret. */
const SHORTEST = 4;
const MASK = '***';

export interface Redactor {
  /** A whole text, every known form of every secret replaced by `***`. */
  readonly text: (text: string) => string;
  /** A text that comes in pieces: a secret that two pieces share is found too. */
  readonly stream: () => RedactingStream;
}

export interface RedactingStream {
  /** What of the text so far is safe to show. Only what may be the beginning of a secret is kept back. */
  readonly write: (piece: string) => string;
  /** What was kept back; call at the end of the text. The stream then starts anew. */
  readonly end: () => string;
}

/** Masks the values, their lines, and their URL-encoded, JSON-escaped and base64 forms. */
export const createRedactor = (secretValues: readonly string[]): Redactor => {
  const patterns = [...new Set(secretValues.flatMap(formsOf))];
  const stream = (): RedactingStream => redactingStream(patterns);
  return {
    stream,
    text: (text) => {
      const whole = stream();
      return whole.write(text) + whole.end();
    },
  };
};

function formsOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/);
  return [value, value.trim(), ...lines, ...lines.map((line) => line.trim())]
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => [secret, ...urlForms(secret), jsonForm(secret), ...base64Forms(secret)])
    .filter((form) => form.length >= SHORTEST);
}

function urlForms(secret: string): readonly string[] {
  const encoded = encodeURIComponent(secret.toWellFormed());
  const lowerCase = encoded.replace(/%[0-9A-F]{2}/g, (octet) => octet.toLowerCase());
  return [encoded, lowerCase, encoded.replaceAll('%20', '+')];
}

const jsonForm = (secret: string): string => JSON.stringify(secret).slice(1, -1);

/** A stretch of text that a mask covers: [start, end). */
interface Stretch {
  readonly start: number;
  readonly end: number;
}

function redactingStream(patterns: readonly string[]): RedactingStream {
  let kept = '';
  /** How much of the start of `kept` a mask that was shown already covers. */
  let covered = 0;

  const showUpTo = (cut: number): string => {
    if (cut === 0) return '';
    const stretches = coveredStretches(kept, patterns, covered);
    const shown = mask(kept.slice(0, cut), stretches, covered > 0);
    const across = stretches.find((stretch) => stretch.start < cut && stretch.end > cut);
    covered = across === undefined ? 0 : across.end - cut;
    kept = kept.slice(cut);
    return shown;
  };
  return {
    write: (piece) => {
      kept += piece;
      return showUpTo(startOfUnfinished(kept, patterns));
    },
    end: () => showUpTo(kept.length),
  };
}

/** Where secrets are, those that overlap joined into one. */
function coveredStretches(text: string, patterns: readonly string[], covered: number): readonly Stretch[] {
  const found = patterns.flatMap((pattern) => occurrences(text, pattern));
  const all = covered > 0 ? [{ start: 0, end: covered }, ...found] : found;
  const joined: Stretch[] = [];
  for (const stretch of all.toSorted((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last === undefined || stretch.start >= last.end) joined.push(stretch);
    else joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, stretch.end) };
  }
  return joined;
}

function occurrences(text: string, pattern: string): readonly Stretch[] {
  const found: Stretch[] = [];
  for (let start = text.indexOf(pattern); start >= 0; start = text.indexOf(pattern, start + 1)) {
    found.push({ start, end: start + pattern.length });
  }
  return found;
}

function mask(text: string, stretches: readonly Stretch[], firstIsShown: boolean): string {
  let shown = '';
  let position = 0;
  for (const { start, end } of stretches) {
    if (start >= text.length) break;
    shown += text.slice(position, start);
    if (!(firstIsShown && start === 0)) shown += MASK;
    position = end;
  }
  return shown + text.slice(position);
}

/** Where the end of the text may be the beginning of a secret; the text's length where it cannot. */
function startOfUnfinished(text: string, patterns: readonly string[]): number {
  const longest = Math.max(0, ...patterns.map((pattern) => pattern.length));
  for (let start = Math.max(0, text.length - longest + 1); start < text.length; start += 1) {
    const rest = text.slice(start);
    if (patterns.some((pattern) => pattern.length > rest.length && pattern.startsWith(rest))) return start;
  }
  return text.length;
}
