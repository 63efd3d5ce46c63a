import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  condition,
  ParentClosePolicy,
  patched,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import type { ChildWorkflowHandle } from '@temporalio/workflow';
import { holdId, laneId } from '../../core/ids.ts';
import type { LaneRef } from '../../core/ids.ts';
import type { LaneRequest, LaneWait } from '../../core/lane.ts';
import { summaryOf } from '../../core/summary.ts';
import { lanes } from '../activities.ts';
import type { hold } from '../hold.ts';
import { laneGranted, laneWaits, laneYield, letGo } from '../lane-messages.ts';
import type { LaneYield } from '../lane-messages.ts';
import { ReleaseStopped } from './outcome.ts';

const ticket = (lane: LaneRef) => ({ lane, holder: workflowInfo().workflowId, runId: workflowInfo().runId });

/** A lane that was terminated has forgotten who waited: they ask again, after a while that doubles up to the longest. */
const fiveMinutesMs = 5 * 60_000;
const longestPatienceMs = 60 * 60_000;

/** What of a request its caller decides. */
export type LaneClaim = Pick<
  LaneRequest,
  'urgency' | 'project' | 'startedAt' | 'supersedes' | 'interruptible' | 'plannedMs'
>;

/** What a lane may say to the workflow that waits for it or holds it. */
export interface LaneListener {
  readonly waits?: (lane: LaneRef, wait: LaneWait) => void;
  /** A hotfix waits for the lane that this workflow holds. */
  readonly interrupted?: (hotfix: string) => void;
}

interface Asked {
  readonly lane: LaneRef;
  /** The lane says that it is this workflow's turn. */
  granted: boolean;
  held: boolean;
  supersededBy?: string;
  hold?: ChildWorkflowHandle<typeof hold>;
}

/** The lanes that this workflow holds or waits for. */
export class HeldLanes {
  readonly #asked = new Map<string, Asked>();
  readonly #listener: LaneListener;
  readonly #firstPatienceMs: number;

  constructor(listener: LaneListener = {}, firstPatienceMs = fiveMinutesMs) {
    this.#listener = listener;
    this.#firstPatienceMs = firstPatienceMs;
  }

  /** Takes what lanes say from the first task on, so that nothing is lost. */
  listen(): void {
    setHandler(laneGranted, (lane) => {
      const asked = this.#asked.get(laneId(lane));
      if (asked !== undefined) asked.granted = true;
    });
    setHandler(laneWaits, ({ lane, wait }) => {
      if (this.#asked.get(laneId(lane))?.granted === false) this.#listener.waits?.(lane, wait);
    });
    setHandler(laneYield, (asks) => {
      this.#hearYield(asks);
    });
  }

  /**
   * Resolves once this workflow holds the lane; at once when it does already. The lane decides whose turn it is; that
   * nobody else holds it is proven by a workflow that only one can start.
   * @throws ReleaseStopped as superseded when a newer release waits for the same lane
   */
  async take(lane: LaneRef, claim: LaneClaim = {}): Promise<void> {
    const id = laneId(lane);
    const asked: Asked = this.#asked.get(id) ?? { lane, granted: false, held: false };
    if (asked.held) return;
    this.#asked.set(id, asked);
    const fenced = patched('a lane is held by a workflow');
    const since = new Date().toISOString();
    const wish = { ...ticket(lane), ...claim, since, ...(fenced ? { fenced } : {}) };
    for (let asks = 0; !asked.held; asks += 1) {
      if (!asked.granted) {
        await lanes(`ask${asks === 0 ? '' : ' again'} for lane ${lane.environment}`).requestLane(wish);
        await untilGranted(
          asked,
          fenced ? Math.min(this.#firstPatienceMs * 2 ** asks, longestPatienceMs) : longestPatienceMs,
        );
      }
      if (asked.granted) asked.granted = asked.held = !fenced || (await startHold(asked));
    }
  }

  /** Leaves the lane, held or still waited for; also while the workflow is being cancelled. */
  async leave(lane: LaneRef): Promise<void> {
    const asked = this.#asked.get(laneId(lane));
    if (asked === undefined) return;
    this.#asked.delete(laneId(lane));
    await CancellationScope.nonCancellable(async () => {
      if (asked.hold !== undefined) await endHold(asked.hold);
      await lanes(`leave lane ${lane.environment}`).releaseLane(ticket(lane));
    });
  }

  async leaveAll(): Promise<void> {
    for (const { lane } of [...this.#asked.values()]) await this.leave(lane);
  }

  #hearYield({ lane, to, because }: LaneYield): void {
    const asked = this.#asked.get(laneId(lane));
    if (asked === undefined) return;
    if (because === 'hotfix') this.#listener.interrupted?.(to);
    else asked.supersededBy = to;
  }
}

/** Waits for the turn for this long. */
async function untilGranted(asked: Asked, forMs: number): Promise<void> {
  await condition(() => asked.granted || asked.supersededBy !== undefined, forMs);
  if (!asked.granted && asked.supersededBy !== undefined) {
    throw new ReleaseStopped({ kind: 'superseded', by: asked.supersededBy });
  }
}

/** False while another holds the lane, which then knows better than the lane itself. */
async function startHold(asked: Asked): Promise<boolean> {
  try {
    asked.hold = await CancellationScope.nonCancellable(() =>
      startChild<typeof hold>('hold', {
        args: [ticket(asked.lane)],
        workflowId: holdId(asked.lane),
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        staticSummary: summaryOf(`Held by ${workflowInfo().workflowId}`),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

/** One that has ended otherwise, as by hand, needs no end. */
async function endHold(held: ChildWorkflowHandle<typeof hold>): Promise<void> {
  try {
    await held.signal(letGo);
    await held.result();
  } catch {
    // It is over.
  }
}
