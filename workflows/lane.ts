import {
  allHandlersFinished,
  condition,
  continueAsNew,
  patched,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import { laneDetails } from '../core/render/lane-details.ts';
import type { LaneInput } from './inputs.ts';
import { LaneDesk } from './lane/desk.ts';
import { laneOfVersion01 } from './lane/of-version-0-1.ts';

/**
 * One model in one environment: at most one workflow holds it, the rest wait in turn: what undoes something, hotfixes,
 * then all others; within each first come, first served. A frozen lane is not granted. A holder that is gone loses it.
 */
export async function lane(input: LaneInput): Promise<void> {
  if (!patched('priorities and freezes')) {
    await laneOfVersion01(input);
    return;
  }
  const desk = new LaneDesk(input);
  desk.listen();
  for (;;) {
    const seen = desk.changes;
    await desk.dismissSuperseded();
    if (desk.holder === null && desk.view.waiting.length > 0 && (await desk.survey())) {
      const next = desk.next();
      if (next !== undefined) {
        await desk.grant(next);
        continue;
      }
    }
    await desk.interruptHolder();
    await desk.tellWaiters();
    setCurrentDetails(laneDetails(desk.view, new Date().toISOString()));
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof lane>(desk.carried());
    }
    if (await desk.changed(seen, desk.patienceMs)) continue;
    await desk.dropLostHolder();
    if (!desk.isIdle()) continue;
    await condition(allHandlersFinished);
    if (desk.isIdle()) return;
  }
}
