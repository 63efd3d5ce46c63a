import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { alignColumns } from '../../../core/render/markdown.ts';
import { stepLogPath } from '../../../local/home.ts';
import type { PendingWork } from '../../pending-work.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { ciRunOf } from '../follow-ci-run.ts';
import { viewOf } from '../follow-release.ts';
import { printJson } from '../output.ts';
import { logsOfCiRun, logsOfRelease } from '../run-logs.ts';
import type { StepLog } from '../run-logs.ts';
import { withSession } from '../session.ts';
import type { GlobalOptions, Session } from '../session.ts';
import { resolveId } from '../short-ids.ts';

export const addLogs: AddCommand = (parent, { output }) => {
  parent
    .command('logs')
    .argument('<run>', 'a release or a CI run, by as much of its id or commit as is unique')
    .argument('[step]', 'the step whose log is printed; without it the steps are listed')
    .description('print the log of a step')
    .addHelpText(
      'after',
      examples('longhaul logs release/flights/3f2a91', 'longhaul logs ci/longhaul/flights/3f2a91 unit-tests'),
    )
    .action(async (given: string, step: string | undefined, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await withSession(options, async (session) => {
        const logs = await logsOf(session, given);
        if (options.json === true) printJson(output, { id: logs.id, steps: logs.ended });
        else if (step === undefined) for (const line of listing(logs)) output.print(line);
        else output.print((await logText(session, logs, step)).replace(/\n$/, ''));
      });
    });
};

interface RunLogs {
  readonly id: string;
  readonly ended: readonly StepLog[];
  readonly pending: readonly PendingWork[];
}

async function logsOf({ longhaul }: Session, given: string): Promise<RunLogs> {
  const releases = await longhaul.releases({ limit: 1_000 });
  const ids = [...releases.map(({ id }) => id), ...(await longhaul.ciRunIds({ limit: 1_000 }))];
  const id = resolveId('release or CI run', given, ids, 'longhaul ci run');
  if (id.startsWith('ci/')) {
    const view = await ciRunOf(longhaul, id);
    const steps = view.result?.steps ?? (await longhaul.endedSteps(id));
    return { id, ended: logsOfCiRun(steps), pending: view.pending };
  }
  const view = await viewOf(longhaul, id);
  return { id, ended: logsOfRelease(view.record), pending: view.pending };
}

function listing({ id, ended, pending }: RunLogs): readonly string[] {
  const rows = [
    ...ended.map(({ step, status, log, documents }) => [
      step,
      status,
      log === undefined ? 'no log' : `${Math.ceil(log.size / 1024)} KiB`,
      documents.map(({ name }) => name).join(', '),
    ]),
    ...pending.flatMap(({ progress }) =>
      progress === undefined ? [] : [[progress.step, 'running', '', '']],
    ),
  ];
  if (rows.length === 0) return [`No step of ${id} has begun yet.`];
  return [
    ...alignColumns([['STEP', 'STATUS', 'LOG', 'DOCUMENTS'], ...rows]),
    `next  longhaul logs ${id} STEP`,
  ];
}

/** The log of a step (of one that runs or broke, as far as this machine has it), or a document as `STEP/NAME`. */
async function logText(
  { home, store }: Session,
  { id, ended, pending }: RunLogs,
  wanted: string,
): Promise<string> {
  const entry = ended.find(({ step }) => wanted === step || wanted.startsWith(`${step}/`));
  const document = entry?.documents.find(({ name }) => wanted === `${entry.step}/${name}`);
  const artifact = wanted === entry?.step ? entry.log : document;
  if (artifact !== undefined) return store.getText(artifact.digest);
  const here = await newestLocalLog(home.logs, id, wanted);
  if (here !== null) return here;
  const elsewhere = pending.find(({ progress }) => progress?.step === wanted);
  if (elsewhere !== undefined) throw runsElsewhere(elsewhere, wanted);
  const known = [
    ...ended.map(({ step }) => step),
    ...pending.flatMap(({ progress }) => progress?.step ?? []),
  ];
  throw new CommandFailure(
    exitCodes.notFound,
    entry !== undefined
      ? `Nothing is kept as \`${wanted}\` of ${id}; the step's state: ${entry.status}. See what is: longhaul logs ${id}`
      : `${id} has no step \`${wanted}\` so far. ${known.length === 0 ? 'None has begun.' : `It has: ${known.join(', ')}`}`,
  );
}

/** A running step's log is on its host alone; the store has it once the step has ended. */
function runsElsewhere({ worker, progress }: PendingWork, step: string): CommandFailure {
  const host = worker?.split('@').at(-1) ?? 'another host';
  return new CommandFailure(
    exitCodes.notFound,
    `${step} runs on ${host}, and so far its log is there alone; it is kept for all once the step has ended.` +
      (progress?.lastLine ? `\nIts newest line: ${progress.lastLine}` : ''),
  );
}

/** What the newest attempt on this machine has written; null where none has. */
async function newestLocalLog(logs: string, id: string, step: string): Promise<string | null> {
  const folder = dirname(stepLogPath(logs, id, step, 1));
  const files = (await readdir(folder).catch(() => [])).map((name) => join(folder, name));
  const written = await Promise.all(files.map(async (file) => ({ file, at: (await stat(file)).mtimeMs })));
  const newest = written.sort((a, b) => b.at - a.at)[0];
  return newest === undefined ? null : readFile(newest.file, 'utf8');
}
