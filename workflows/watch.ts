import {
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  setCurrentDetails,
  setHandler,
  allHandlersFinished,
  workflowInfo,
} from '@temporalio/workflow';
import type { Look, Verdict } from '../core/watch.ts';
import { startWatch } from '../core/watch/state.ts';
import { watchDetails } from '../core/render/watch-details.ts';
import { watching } from './activities.ts';
import type { WatchInput, WatchResult } from './inputs.ts';
import { acknowledgeHold, concludeWatch, lookTaken } from './messages.ts';

/**
 * Looks at the candidate at every interval and ends at the first proof against it, or, once its release says
 * that the planned time is over, with a verdict for good. Carries sufficient statistics, not samples.
 */
export async function watch(input: WatchInput): Promise<WatchResult> {
  let state = input.state ?? startWatch(new Date().toISOString());
  let heldFor = input.heldFor;
  const acknowledged = new Set<Verdict['kind']>(input.acknowledged);
  let concludingSince = input.concludingSince;
  setHandler(concludeWatch, () => {
    concludingSince ??= new Date().toISOString();
  });
  // A word about a metric source that was away is no word about limits that are broken later.
  setHandler(acknowledgeHold, () => {
    if (heldFor !== undefined) acknowledged.add(heldFor);
  });
  const release = getExternalWorkflowHandle(input.release);
  let before: Look | undefined;

  for (;;) {
    const planned = concludingSince === undefined;
    await condition(() => planned && concludingSince !== undefined, input.policy.intervalMs);
    const seen = await watching(`look ${state.looks + 1}`).look({
      lane: input.lane,
      phase: input.phase,
      candidateArm: input.candidateArm,
      championArm: input.championArm,
      metrics: input.metrics,
      policy: input.policy,
      state,
      concluding: concludingSince !== undefined,
      extendedMs: concludingSince === undefined ? 0 : Date.now() - Date.parse(concludingSince),
      acknowledged: acknowledged.has('fail'),
    });
    state = seen.state;
    const { action, verdict } = seen.look;
    heldFor = action === 'hold' ? verdict.kind : undefined;
    setCurrentDetails(watchDetails(input.phase, seen.look));
    if (isNews(before, seen.look)) await release.signal(lookTaken, seen.look);
    before = seen.look;

    const end = endOf(seen.look, concludingSince !== undefined && acknowledged.has(verdict.kind));
    if (end !== null) return { action: end, verdict, state };
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof watch>({
        ...input,
        state,
        acknowledged: [...acknowledged],
        ...(heldFor === undefined ? {} : { heldFor }),
        ...(concludingSince === undefined ? {} : { concludingSince }),
      });
    }
  }
}

/** Every look of the first hundred; then each that changes something, and one in sixty: a pause may take weeks. */
const isNews = (before: Look | undefined, { action, number, verdict }: Look): boolean =>
  number <= 100 || number % 60 === 0 || before?.action !== action || before.verdict.kind !== verdict.kind;

/** A hold at the end is over once a person said to go on; but nobody passes what could not be looked at. */
function endOf(look: Look, personWantsToGoOn: boolean): WatchResult['action'] | null {
  switch (look.action) {
    case 'pass':
    case 'rollBack':
      return look.action;
    case 'hold':
      return personWantsToGoOn && look.verdict.kind !== 'providerError' ? 'pass' : null;
    case 'continue':
      return null;
  }
}
