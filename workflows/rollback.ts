import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import type { ReleaseRecord } from '../core/release.ts';
import type { TargetSnapshot } from '../core/serving.ts';
import { records } from './activities.ts';
import type { RollbackInput } from './inputs.ts';
import { releaseStatus } from './messages.ts';
import { Compensations } from './release/compensations.ts';
import { undoClaim } from './release/lane-claims.ts';
import { HeldLanes } from './release/lanes.ts';
import { Ledger } from './release/ledger.ts';
import { servesRelease, undoChampion, undoServers, undoStaging, undoTraffic } from './release/undo.ts';

/**
 * Undoes a release that has ended, from the snapshots in its record: traffic, servers and config, alias, staging.
 * Refused when a newer release is live.
 */
export async function rollback(input: RollbackInput): Promise<ReleaseRecord> {
  const lanes = new HeldLanes();
  lanes.listen();
  let ledger: Ledger | undefined;
  setHandler(releaseStatus, () => {
    if (ledger === undefined)
      throw ApplicationFailure.nonRetryable('The rollback has not begun yet.', 'NotFound');
    return ledger.record;
  });

  const before = await records('read the record').loadRelease({ id: input.release });
  if (before === null)
    throw ApplicationFailure.nonRetryable(`There is no record of ${input.release}.`, 'NotFound');
  const production = productionSnapshot(before);
  await lanes.take(production.lane, undoClaim);
  try {
    await refuseIfNewerIsLive(before, production);
    ledger = new Ledger({ ...before, compensations: [], residue: [] });
    await ledger.enter('undoing', { for: 'the compensations' });
    await planCompensations(ledger, lanes, production).run();
    ledger.note({ outcome: { kind: 'rolledBack', reason: `by ${input.by}: ${input.reason}` } });
    await ledger.enter('ended');
  } finally {
    await lanes.leaveAll();
  }
  return ledger.record;
}

/** The newest snapshot is production's: staging's is taken before it. */
function productionSnapshot({ id, snapshots }: ReleaseRecord): TargetSnapshot {
  const newest = snapshots.at(-1);
  if (newest === undefined || snapshots.length < 2) {
    throw ApplicationFailure.nonRetryable(
      `${id} never reached production: there is nothing to roll back.`,
      'Conflict',
    );
  }
  return newest;
}

async function refuseIfNewerIsLive(record: ReleaseRecord, production: TargetSnapshot): Promise<void> {
  if (await servesRelease(record.id, production)) return;
  throw ApplicationFailure.nonRetryable(
    `${record.id} is not what ${production.lane.environment} serves: a newer release is live, or it was rolled back already. See: longhaul release list`,
    'Conflict',
  );
}

/** Planned in reverse: the last is undone first. */
function planCompensations(ledger: Ledger, lanes: HeldLanes, production: TargetSnapshot): Compensations {
  const { candidateVersion, championVersion, id, model, snapshots } = ledger.record;
  const compensations = new Compensations(ledger);
  const staging = snapshots.find(({ lane }) => lane.environment !== production.lane.environment);
  if (staging !== undefined) compensations.plan('staging', () => undoStaging(id, lanes, staging));
  if (candidateVersion !== undefined) {
    const own = { model, version: candidateVersion };
    compensations.plan('alias champion', () => undoChampion(own, championVersion ?? null));
  }
  compensations.plan('production servers and config', () => undoServers(production));
  compensations.plan('production traffic', () => undoTraffic(production));
  return compensations;
}
