import { createRedactor } from '../../core/redact.ts';

/** What is read of a log: enough for the lines that are told, however long others are. */
export const logBytes = 65_536;
const lineLength = 300;

/** Values that no log shows. */
export type KnownSecrets = () => Promise<readonly string[]>;

/** The lines of a log's end, of 300 characters at most, without the values of secrets, also one that the end has cut. */
export function logLines(text: string, secrets: readonly string[]): readonly string[] {
  const redacting = createRedactor(secrets).stream();
  const isCut = Buffer.byteLength(text) >= logBytes;
  const shown = redacting.write(text) + (isCut ? '' : redacting.end());
  return shown
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (line.length > lineLength ? `${line.slice(0, lineLength)}…` : line));
}
