import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { repositoryRoot } from '../../local/tools.ts';
import { addCache } from './commands/cache.ts';
import { addCiExplain } from './commands/ci-explain.ts';
import { addCiFlaky } from './commands/ci-flaky.ts';
import { addCiReport } from './commands/ci-report.ts';
import { addCiRetry } from './commands/ci-retry.ts';
import { addCiRun } from './commands/ci-run.ts';
import { addCiShow } from './commands/ci-show.ts';
import { addCompletion } from './commands/completion.ts';
import { addDeployAdopt } from './commands/deploy-adopt.ts';
import { addDeployDiff } from './commands/deploy-diff.ts';
import { addDeployStatus } from './commands/deploy-status.ts';
import { addDoctor } from './commands/doctor.ts';
import { addDown } from './commands/down.ts';
import { addInit } from './commands/init.ts';
import { addLaneFreeze, addLaneThaw } from './commands/lane-freeze.ts';
import { addLaneShow } from './commands/lane-show.ts';
import { addLogs } from './commands/logs.ts';
import { addReleaseApprove, addReleaseReject } from './commands/release-approve.ts';
import { addReleaseControls } from './commands/release-control.ts';
import { addReleaseList } from './commands/release-list.ts';
import { addReleaseRollback } from './commands/release-rollback.ts';
import { addReleaseShow } from './commands/release-show.ts';
import { addReleaseStart } from './commands/release-start.ts';
import { addReleaseWatch } from './commands/release-watch.ts';
import { addSchedulesSync } from './commands/schedules-sync.ts';
import { addUp } from './commands/up.ts';
import { addValidate } from './commands/validate.ts';
import { addWebhooksServe } from './commands/webhooks-serve.ts';
import type { AddCommand, CommandContext } from './context.ts';
import { exitCodes, exitCodesHelp } from './exit-codes.ts';
import type { ExitCode } from './exit-codes.ts';
import { failureOf } from './failure.ts';
import { terminalOutput } from './output.ts';
import type { Output } from './output.ts';

const groups: Readonly<
  Record<string, { readonly description: string; readonly commands: readonly AddCommand[] }>
> = {
  ci: {
    description: 'the CI run of a commit',
    commands: [addCiRun, addCiShow, addCiReport, addCiRetry, addCiExplain, addCiFlaky],
  },
  release: {
    description: 'a candidate’s way from training to production',
    commands: [
      addReleaseStart,
      addReleaseList,
      addReleaseShow,
      addReleaseWatch,
      addReleaseApprove,
      addReleaseReject,
      addReleaseControls,
      addReleaseRollback,
    ],
  },
  lane: {
    description: 'whose turn it is in an environment',
    commands: [addLaneShow, addLaneFreeze, addLaneThaw],
  },
  deploy: {
    description: 'what environments serve, and what a release would change there',
    commands: [addDeployStatus, addDeployDiff, addDeployAdopt],
  },
  schedules: {
    description: 'what runs by the clock',
    commands: [addSchedulesSync],
  },
  webhooks: {
    description: 'the server for GitHub’s and Slack’s requests',
    commands: [addWebhooksServe],
  },
};

/** The `longhaul` command with everything below it. */
export function createProgram(context: CommandContext): Command {
  const { output } = context;
  const program = new Command('longhaul')
    .description('Durable CI/CD for machine learning, on Temporal.')
    .version(version())
    .option(
      '--server <file>',
      'the operator’s file; by default LONGHAUL_SERVER, else the one in LONGHAUL_HOME',
    )
    .option('--json', 'print one JSON document')
    .configureOutput({
      writeOut: (text) => {
        output.print(text.replace(/\n$/, ''));
      },
      writeErr: (text) => {
        output.printError(text.replace(/\n$/, ''));
      },
    })
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(see --help)')
    .addHelpText('after', exitCodesHelp)
    .exitOverride();
  for (const add of [addInit, addUp, addDown, addValidate, addLogs, addCache, addDoctor, addCompletion])
    add(program, context);
  for (const [name, { description, commands }] of Object.entries(groups)) {
    const group = program.command(name).description(description);
    for (const add of commands) add(group, context);
  }
  return program;
}

function version(): string {
  const { version: text } = JSON.parse(readFileSync(join(repositoryRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  return text;
}

/** Runs one command line (without the program's name) and resolves to its exit code; every error is told in short. */
export async function runCli(args: readonly string[], output: Output = terminalOutput): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok;
  const program = createProgram({
    output,
    endWith: (given) => {
      code = given;
    },
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    const failure = failureOf(error);
    if (failure.message !== '') output.printError(failure.message);
    if (process.env['LONGHAUL_DEBUG'] === '1' && error instanceof Error) output.printError(error.stack ?? '');
    return failure.code;
  }
}
