import type { Client } from '@temporalio/client';
import type { CiRunInput, CiStepResult } from '../core/ci.ts';
import type { LonghaulError } from '../core/errors.ts';
import type { LaneRef } from '../core/ids.ts';
import type { ArtifactStore } from '../core/ports/artifact-store.ts';
import type { ReleaseRecord } from '../core/release.ts';
import type { RollbackInput } from '../workflows/inputs.ts';
import type { FreezeWord, LaneStatus } from '../workflows/lane-messages.ts';
import type { Answer, PersonMessage, ReleaseMessage } from '../workflows/messages.ts';
import { listCiRunIds, startCiRun, viewCiRun } from './ci-runs.ts';
import type { CiRunFilter, CiRunView } from './ci-runs.ts';
import { endedSteps } from './ended-steps.ts';
import { freezeLane, laneStatusOf, lookAtLane, thawLane } from './lanes.ts';
import { pendingWork } from './pending-work.ts';
import type { PendingWork } from './pending-work.ts';
import { listReleases, viewRelease } from './release-views.ts';
import type { ReleaseFilter, ReleaseView } from './release-views.ts';
import { rollBackRelease, sendToRelease, startRelease } from './releases.ts';
import type { StartReleaseInput } from './releases.ts';
import { whyFailed } from './why-failed.ts';

/** A workflow that was started, or was open already. */
export interface StartedRun {
  readonly id: string;
  readonly runId: string;
}

/** Everything that a person or a program can ask of Longhaul. Workflows answer; closed ones are read from the store. */
export interface LonghaulClient {
  /** Starts the CI run of a commit; one that is open already is joined. */
  startCiRun(input: CiRunInput): Promise<StartedRun>;
  /** What a CI run is doing, or its result; null when there was none. */
  ciRun(id: string): Promise<CiRunView | null>;
  /** Ids of CI runs, newest first. */
  ciRunIds(filter: CiRunFilter): Promise<readonly string[]>;
  /** How the steps of a CI run that has no result yet have ended so far. */
  endedSteps(id: string): Promise<readonly CiStepResult[]>;
  /** Starts the next attempt for a commit. @throws LonghaulError Conflict while an earlier one is open */
  startRelease(input: StartReleaseInput): Promise<StartedRun>;
  /** A release as it is now; null when there is none with this id. */
  release(id: string): Promise<ReleaseView | null>;
  /** Newest first. */
  releases(filter: ReleaseFilter): Promise<readonly ReleaseView[]>;
  /** Says a person's word to an open release and gives its answer. @throws LonghaulError NotFound, Rejected, Unreachable */
  send(id: string, message: ReleaseMessage, person: PersonMessage): Promise<Answer>;
  /** Undoes a release that has ended and waits for the result. @throws LonghaulError Rejected when it is refused */
  rollBack(input: RollbackInput): Promise<ReleaseRecord>;
  /** Null when nobody has asked for the lane lately. */
  laneStatus(lane: LaneRef): Promise<LaneStatus | null>;
  /** The same with the operator's freezes as they are now. @throws LonghaulError Unreachable */
  lookAtLane(lane: LaneRef): Promise<LaneStatus>;
  /** Lets nobody have the lane who does not hold it already. @throws LonghaulError Rejected, Unreachable */
  freezeLane(lane: LaneRef, word: FreezeWord): Promise<Answer>;
  /** Ends a freeze by hand. @throws LonghaulError Unreachable */
  thawLane(lane: LaneRef, by: string): Promise<Answer>;
  /** Why a closed workflow failed, as the activity told it; null when it did not. */
  whyFailed(id: string): Promise<LonghaulError | null>;
  /** Activities of an open workflow that run or wait now, with what they last told. */
  pendingWork(id: string): Promise<readonly PendingWork[]>;
}

/** The typed client over a Temporal client and the store of records. */
export function createLonghaulClient(deps: {
  readonly client: Client;
  readonly store: ArtifactStore;
}): LonghaulClient {
  const { client } = deps;
  return {
    startCiRun: (input) => startCiRun(client, input),
    ciRun: (id) => viewCiRun(deps, id),
    ciRunIds: (filter) => listCiRunIds(deps, filter),
    endedSteps: (id) => endedSteps(client, id),
    startRelease: (input) => startRelease(deps, input),
    release: (id) => viewRelease(deps, id),
    releases: (filter) => listReleases(deps, filter),
    send: (id, message, person) => sendToRelease(client, id, message, person),
    rollBack: (input) => rollBackRelease(client, input),
    laneStatus: (lane) => laneStatusOf(client, lane),
    lookAtLane: (lane) => lookAtLane(client, lane),
    freezeLane: (lane, word) => freezeLane(client, lane, word),
    thawLane: (lane, by) => thawLane(client, lane, by),
    whyFailed: (id) => whyFailed(client, id),
    pendingWork: (id) => pendingWork(client, id),
  };
}
