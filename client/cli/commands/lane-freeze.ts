import type { Command } from 'commander';
import { parseDuration } from '../../../config/duration.ts';
import { laneId } from '../../../core/ids.ts';
import type { LaneRef } from '../../../core/ids.ts';
import type { Answer } from '../../../workflows/messages.ts';
import type { LonghaulClient } from '../../longhaul-client.ts';
import { chosenModel } from '../chosen-model.ts';
import type { ModelOptions } from '../chosen-model.ts';
import { environmentOf } from '../cluster-environment.ts';
import { examples } from '../context.ts';
import type { AddCommand, CommandContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { printJson } from '../output.ts';
import { currentPerson } from '../person.ts';
import { withSession } from '../session.ts';
import type { GlobalOptions } from '../session.ts';

type Options = GlobalOptions & ModelOptions;
type FreezeOptions = Options & {
  readonly reason: string;
  readonly until?: string;
  readonly hotfixes?: boolean;
};

export const addLaneFreeze: AddCommand = (parent, context) => {
  parent
    .command('freeze')
    .argument('<environment>', 'of the operator’s file')
    .description('let no release begin in an environment; what is under way goes on')
    .requiredOption('--reason <text>', 'why; shown to whoever waits')
    .option('--until <time>', 'when it ends: a time such as 2026-12-20T08:00, or after a duration such as 6h')
    .option('--hotfixes', 'hotfixes pass')
    .option('--model <name>', 'by default that of this folder')
    .option('--repo <path>', 'folder of the repository, instead of this one')
    .addHelpText(
      'after',
      examples(
        'longhaul lane freeze production --reason "incident 7"',
        'longhaul lane freeze production --reason audit --until 6h --hotfixes',
      ),
    )
    .action(async (environment: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<FreezeOptions>();
      const until = options.until === undefined ? {} : { until: timeOf(options.until, new Date()) };
      const hotfixes = options.hotfixes === true ? { hotfixes: true as const } : {};
      await sayToLane(environment, options, context, (longhaul, lane, by) =>
        longhaul.freezeLane(lane, { by, reason: options.reason, ...until, ...hotfixes }),
      );
    });
};

export const addLaneThaw: AddCommand = (parent, context) => {
  parent
    .command('thaw')
    .argument('<environment>', 'of the operator’s file')
    .description('end a freeze that was made by hand')
    .option('--model <name>', 'by default that of this folder')
    .option('--repo <path>', 'folder of the repository, instead of this one')
    .addHelpText('after', examples('longhaul lane thaw production'))
    .action(async (environment: string, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      await sayToLane(environment, options, context, (longhaul, lane, by) => longhaul.thawLane(lane, by));
    });
};

async function sayToLane(
  environment: string,
  options: Options,
  { output, endWith }: CommandContext,
  say: (longhaul: LonghaulClient, lane: LaneRef, by: string) => Promise<Answer>,
): Promise<void> {
  await withSession(options, async ({ config, longhaul }) => {
    environmentOf(config, environment);
    const lane = { model: await chosenModel(options), environment };
    const answer = await say(longhaul, lane, await currentPerson(options.repo));
    if (options.json === true) printJson(output, { lane, ...answer });
    else if (answer.accepted) output.print(`${laneId(lane)}: ${answer.message}`);
    else output.printError(`${laneId(lane)} refuses: ${answer.message}`);
    if (!answer.accepted) endWith(exitCodes.refused);
  });
}

/** An ISO time; one without a zone is of this machine's. @throws CommandFailure */
function timeOf(written: string, now: Date): string {
  const ms = parseDuration(written);
  const time = ms === null ? Date.parse(written) : now.getTime() + ms;
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new CommandFailure(
    exitCodes.usage,
    `--until is \`${written}\`: it has to be a time such as 2026-12-20T08:00, or a duration such as 6h.`,
  );
}
