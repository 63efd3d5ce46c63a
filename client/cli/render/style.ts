import { styleText } from 'node:util';

/** Marks of what came of something. */
export const marks = { good: '✓', bad: '✗', running: '●', waiting: '○', skipped: '–' } as const;

/** Colours for a terminal; for a pipe or a file every function gives its text back. */
export interface Style {
  readonly strong: (text: string) => string;
  readonly quiet: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly wait: (text: string) => string;
}

const same = (text: string): string => text;

export const plain: Style = { strong: same, quiet: same, good: same, bad: same, wait: same };

const paint =
  (format: Parameters<typeof styleText>[0]) =>
  (text: string): string =>
    styleText(format, text, { validateStream: false });

const coloured: Style = {
  strong: paint('bold'),
  quiet: paint('dim'),
  good: paint('green'),
  bad: paint('red'),
  wait: paint('yellow'),
};

/** Colours for a person who did not turn them off (NO_COLOR). */
export const styleFor = (interactive: boolean): Style =>
  interactive && (process.env['NO_COLOR'] ?? '') === '' ? coloured : plain;
