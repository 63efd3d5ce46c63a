import type { Command } from 'commander';
import { alignColumns } from '../../../core/render/markdown.ts';
import { allOptions, examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { ciRunOf } from '../follow-ci-run.ts';
import { viewOf } from '../follow-release.ts';
import { printJson } from '../output.ts';
import { logsOfCiRun, logsOfRelease } from '../run-logs.ts';
import type { StepLog } from '../run-logs.ts';
import { withSession } from '../session.ts';
import type { Session } from '../session.ts';
import { resolveId } from '../short-ids.ts';

export const addLogs: AddCommand = (parent, { output }) => {
  parent
    .command('logs')
    .argument('<run>', 'a release or a CI run, by as much of its id or commit as is unique')
    .argument('[step]', 'the step whose log is printed; without it the steps are listed')
    .description('print the log of a step that has ended')
    .addHelpText('after', examples('longhaul logs release/flights/3f2a91', 'longhaul logs ci/longhaul/flights/3f2a91 unit-tests'))
    .action(async (given: string, step: string | undefined, _options: unknown, command: Command) => {
      const options = allOptions(command);
      await withSession(options, async (session) => {
        const { id, logs } = await logsOf(session, given);
        if (options.json === true) printJson(output, { id, steps: logs });
        else if (step === undefined) for (const line of listing(id, logs)) output.print(line);
        else output.print((await logText(session, id, logs, step)).replace(/\n$/, ''));
      });
    });
};

async function logsOf({ longhaul }: Session, given: string): Promise<{ readonly id: string; readonly logs: readonly StepLog[] }> {
  const releases = await longhaul.releases({ limit: 1_000 });
  const ids = [...releases.map(({ id }) => id), ...(await longhaul.ciRunIds({ limit: 1_000 }))];
  const id = resolveId(given.startsWith('ci/') ? 'CI run' : 'release', given, ids, 'longhaul release start');
  const logs = id.startsWith('ci/') ? logsOfCiRun(await ciRunOf(longhaul, id)) : logsOfRelease((await viewOf(longhaul, id)).record);
  return { id, logs };
}

function listing(id: string, logs: readonly StepLog[]): readonly string[] {
  if (logs.length === 0) return [`No step of ${id} has ended yet.`];
  const rows = logs.map(({ step, status, log, documents }) => [
    step,
    status,
    log === undefined ? 'no log' : `${Math.ceil(log.size / 1024)} KiB`,
    documents.map(({ name }) => name).join(', '),
  ]);
  return [...alignColumns([['STEP', 'STATUS', 'LOG', 'DOCUMENTS'], ...rows]), `next  longhaul logs ${id} STEP`];
}

/** The log of a step, or one of its documents as `STEP/NAME`. */
async function logText({ store }: Session, id: string, logs: readonly StepLog[], wanted: string): Promise<string> {
  const entry = logs.find(({ step }) => wanted === step || wanted.startsWith(`${step}/`));
  if (entry === undefined) {
    const known = logs.map(({ step }) => step).join(', ');
    throw new CommandFailure(exitCodes.notFound, `${id} has no ended step \`${wanted}\`. ${known === '' ? 'None has ended yet.' : `It has: ${known}`}`);
  }
  const artifact = wanted === entry.step ? entry.log : entry.documents.find(({ name }) => wanted === `${entry.step}/${name}`);
  if (artifact !== undefined) return store.getText(artifact.digest);
  throw new CommandFailure(exitCodes.notFound, `Nothing is kept as \`${wanted}\` of ${id}: the step ${entry.status}.`);
}
