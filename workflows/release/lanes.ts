import { CancellationScope, condition, setHandler, workflowInfo } from '@temporalio/workflow';
import { laneId } from '../../core/ids.ts';
import type { LaneRef } from '../../core/ids.ts';
import { lanes } from '../activities.ts';
import { laneGranted } from '../messages.ts';

const ticket = (lane: LaneRef) => ({ lane, holder: workflowInfo().workflowId, runId: workflowInfo().runId });

/** A lane that was terminated has forgotten who waited. */
const askAgainAfter = '1h';

/** The lanes that this workflow holds or waits for. */
export class HeldLanes {
  readonly #requested = new Map<string, LaneRef>();
  readonly #granted = new Set<string>();

  /** Takes grants from the first task on, so that none is lost. */
  listen(): void {
    setHandler(laneGranted, (lane) => {
      if (this.#requested.has(laneId(lane))) this.#granted.add(laneId(lane));
    });
  }

  /** Resolves once this workflow holds the lane; at once when it does already. */
  async take(lane: LaneRef): Promise<void> {
    const id = laneId(lane);
    if (this.#granted.has(id)) return;
    this.#requested.set(id, lane);
    await lanes(`ask for lane ${lane.environment}`).requestLane(ticket(lane));
    while (!(await condition(() => this.#granted.has(id), askAgainAfter))) {
      await lanes(`ask again for lane ${lane.environment}`).requestLane(ticket(lane));
    }
  }

  /** Leaves the lane, held or still waited for; also while the workflow is being cancelled. */
  async leave(lane: LaneRef): Promise<void> {
    const id = laneId(lane);
    if (!this.#requested.delete(id)) return;
    this.#granted.delete(id);
    await CancellationScope.nonCancellable(() =>
      lanes(`leave lane ${lane.environment}`).releaseLane(ticket(lane)),
    );
  }

  async leaveAll(): Promise<void> {
    for (const lane of [...this.#requested.values()]) await this.leave(lane);
  }
}
