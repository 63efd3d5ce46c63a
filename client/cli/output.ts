/** Where results go. Tests pass their own. */
export interface Output {
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
  /** Whether a person looks on: a block may be drawn again, colours may be used, questions may be asked. */
  readonly interactive: boolean;
  /** Of the terminal; absent where there is none. */
  readonly columns?: number;
}

export const terminalOutput: Output = {
  print: (text) => process.stdout.write(`${text}\n`),
  printError: (text) => process.stderr.write(`${text}\n`),
  interactive: process.stdout.isTTY && process.env['TERM'] !== 'dumb',
  get columns() {
    return process.stdout.columns;
  },
};

/** The one JSON document of a command with `--json`. */
export const printJson = (output: Output, document: unknown): void => {
  output.print(JSON.stringify(document, null, 2));
};
