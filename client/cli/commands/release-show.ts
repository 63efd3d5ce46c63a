import type { Command } from 'commander';
import { inTurn } from '../../../core/lane.ts';
import type { ReleasePhase } from '../../../core/release.ts';
import { alignColumns } from '../../../core/render/markdown.ts';
import { formatTime } from '../../../core/time.ts';
import type { ReleaseView } from '../../release-views.ts';
import { chooseRelease } from '../chosen-release.ts';
import { examples } from '../context.ts';
import type { AddCommand } from '../context.ts';
import { viewOf } from '../follow-release.ts';
import { printJson } from '../output.ts';
import type { ProjectOptions } from '../project.ts';
import { pageFor } from '../render/page.ts';
import { showLines } from '../render/show-lines.ts';
import { withSession } from '../session.ts';
import type { GlobalOptions, Session } from '../session.ts';
import { addressesOf } from './up.ts';

export const addReleaseShow: AddCommand = (parent, { output }) => {
  parent
    .command('show')
    .argument('[id]', 'a release, by as much of its id as is unique; by default the newest')
    .description('tell where a release is, what it waits for, what each gate said, and what to type next')
    .option('--project <owner/repo>', 'by default the project of this folder')
    .addHelpText(
      'after',
      examples(
        'longhaul release show',
        'longhaul release show 3f2a91',
        'longhaul release show --json | jq .record.phase',
      ),
    )
    .action(async (given: string | undefined, _options: unknown, command: Command) => {
      const options = command.optsWithGlobals<ProjectOptions & GlobalOptions>();
      await withSession(options, async (session) => {
        const view = await viewOf(session.longhaul, await chooseRelease(session, given, options));
        if (options.json === true) {
          printJson(output, view);
          return;
        }
        const lines = showLines(view, new Date(), addressesOfRelease(session, view), pageFor(output));
        for (const line of [...lines, ...(await laneLines(session, view))]) output.print(line);
      });
    });
};

/** Who is before a release that waits for a lane. */
async function laneLines({ longhaul }: Session, { record }: ReleaseView): Promise<readonly string[]> {
  const environment = record === undefined ? undefined : laneWaitedFor[record.phase];
  if (record === undefined || environment === undefined) return [];
  const lane = await longhaul.laneStatus({ model: record.model, environment });
  const tickets =
    lane === null ? [] : [...(lane.holder === null ? [] : [lane.holder]), ...inTurn(lane.waiting)];
  const rows = tickets.map(({ holder, grantedAt, since }) => [
    `  ${holder}`,
    `${grantedAt === undefined ? 'waits' : 'holds it'} since ${formatTime(grantedAt ?? since)}`,
  ]);
  return rows.length === 0 ? [] : ['', `lane of ${environment}`, ...alignColumns(rows)];
}

const laneWaitedFor: Partial<Readonly<Record<ReleasePhase, string>>> = {
  waitingForStagingLane: 'staging',
  waitingForProductionLane: 'production',
};

function addressesOfRelease(
  { config, pageOf }: Session,
  view: ReleaseView,
): Readonly<Record<string, string>> {
  const { MLflow, production, staging } = addressesOf(config);
  const known = { page: pageOf(view.id), MLflow, staging, production };
  return Object.fromEntries(
    Object.entries(known).flatMap(([name, address]) => (address === undefined ? [] : [[name, address]])),
  );
}
