import { parseArgs } from 'node:util';

/** What `npm run demo` takes. */
export interface DemoOptions {
  /** Approvals are answered by the demo itself. */
  readonly yes: boolean;
  /** All of it is left running at the end. */
  readonly keep: boolean;
  /** Where the result goes as JSON. */
  readonly json: string | undefined;
}

const help = `Usage: npm run demo -- [--yes] [--keep] [--json FILE]

Takes a real ML project from a push to production on this machine, three times: a good release, one with a
bug that only real traffic shows, and its fix.

  --yes        answer the approvals with yes; otherwise you are asked
  --keep       leave everything running at the end (look at the Temporal UI and MLflow)
  --json FILE  write what happened as JSON

Examples:
  npm run demo
  npm run demo -- --yes --json out.json
  npm run demo -- --keep`;

/** Options of the command line; prints the help and ends for `--help`. @throws TypeError for an unknown option */
export function readOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      yes: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(help);
    process.exit(0);
  }
  if (!values.yes && !process.stdin.isTTY) {
    throw new TypeError('There is no terminal to ask for approvals at; add --yes: npm run demo -- --yes');
  }
  return { yes: values.yes, keep: values.keep, json: values.json };
}
