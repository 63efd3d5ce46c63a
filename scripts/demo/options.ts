import { parseArgs } from 'node:util';
import { readTarget, targetOptions } from './target-option.ts';
import type { DemoTarget } from './target-option.ts';

/** What `npm run demo` takes. */
export interface DemoOptions {
  /** Approvals are answered by the demo itself. */
  readonly yes: boolean;
  /** All of it is left running at the end. */
  readonly keep: boolean;
  /** Where the result goes as JSON. */
  readonly json: string | undefined;
  readonly target: DemoTarget;
}

const help = `Usage: npm run demo -- [--yes] [--keep] [--json FILE] [--target local|kubernetes]

Takes a real ML project from a push to production, three times: a good release, one with a bug that only real
traffic shows, and its fix.

  --yes              answer the approvals with yes; otherwise you are asked
  --keep             leave everything running at the end (look at the Temporal UI and MLflow)
  --json FILE        write what happened as JSON
  --target local     models are served by processes of this machine (the default)
  --target kubernetes
                     models are served on a cluster, behind Istio: the project's own on this machine (Linux, as
                     root): that of \`npm run cluster:up\`, or one that is started and ended

A throw-away cluster of your own instead, whose pods this machine reaches by their addresses:

  --kubeconfig FILE  --context NAME
  --base-url URL     address of its Istio Gateway
  --gateway NAME     that Gateway, as namespace/name
  --host-address IP  address of this machine, as its pods reach it; MLflow listens there
  --load-image CMD   command line that gives its nodes the image of $ARCHIVE

Examples:
  npm run demo
  npm run demo -- --yes --json out.json
  npm run demo -- --keep
  npm run demo -- --target kubernetes --yes`;

/** Options of the command line; prints the help and ends for `--help`. @throws TypeError for an unknown option */
export function readOptions(args: readonly string[]): DemoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      yes: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      json: { type: 'string' },
      ...targetOptions,
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(help);
    process.exit(0);
  }
  const target = readTarget(values);
  if (!values.yes && !process.stdin.isTTY) {
    throw new TypeError('There is no terminal to ask for approvals at; add --yes: npm run demo -- --yes');
  }
  return { yes: values.yes, keep: values.keep, json: values.json, target };
}
