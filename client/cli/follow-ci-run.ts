import { LonghaulError } from '../../core/errors.ts';
import type { LastTimes } from '../../core/render/remaining.ts';
import { formatClock } from '../../core/time.ts';
import type { CiRunView } from '../ci-runs.ts';
import { lastTimesOf } from '../last-times.ts';
import { follow } from './follow.ts';
import { createLiveBlock } from './live-block.ts';
import type { Draw } from './live-block.ts';
import type { Output } from './output.ts';
import { ciLines, resultLines, statusWords } from './render/ci-lines.ts';
import { pageFor } from './render/page.ts';
import { styleFor } from './render/style.ts';
import type { Session } from './session.ts';

/** Follows a CI run to its end. @throws LonghaulError NotFound */
export function followCiRun(
  { longhaul, store }: Session,
  id: string,
  output: Output,
  json: boolean,
): Promise<CiRunView> {
  return follow({
    look: () => ciRunOf(longhaul, id),
    show: ciShow(output, json, (view) => lastTimesOf(store, view)),
    isOver: (view) => view.status !== 'RUNNING',
    onSilence: (message) => {
      if (!json) output.printError(message);
    },
  });
}

/** @throws LonghaulError NotFound */
export async function ciRunOf(longhaul: Session['longhaul'], id: string): Promise<CiRunView> {
  const view = await longhaul.ciRun(id);
  if (view !== null) return view;
  throw new LonghaulError('NotFound', `There is no CI run ${id}.`, {
    mend: 'Start it with: longhaul ci run',
  });
}

/** The error to tell for a run that ended without a result: why it failed, or that somebody ended it. */
export async function endedWithoutResult(
  { longhaul, pageOf }: Session,
  view: CiRunView,
): Promise<LonghaulError> {
  const failure = view.status === 'FAILED' ? await longhaul.whyFailed(view.id) : null;
  if (failure !== null) return failure;
  return new LonghaulError('NotVerified', `${view.id} ended without a result: ${statusWords(view)}.`, {
    mend: `See why: ${pageOf(view.id)}`,
  });
}

function ciShow(
  output: Output,
  json: boolean,
  lastTimesOfSteps: (view: CiRunView) => Promise<LastTimes>,
): (view: CiRunView) => void | Promise<void> {
  if (json) return () => undefined;
  if (output.interactive) {
    const block = createLiveBlock();
    const style = styleFor(true);
    let lastTimes: Promise<LastTimes> | undefined;
    return async (view) => {
      if (view.steps.length > 0) lastTimes ??= lastTimesOfSteps(view);
      const known = await lastTimes;
      const draw: Draw = (columns) => ciLines(view, { columns, style }, new Date(), known);
      if (view.status === 'RUNNING') block.draw(draw);
      else block.end(draw);
    };
  }
  const told = new Set<string>();
  return (view) => {
    for (const { name, state, note } of view.steps) {
      const line = [name, state, note].filter((part) => part !== '').join(': ');
      if (state === 'waiting' || told.has(line)) continue;
      told.add(line);
      output.print(`${formatClock(new Date().toISOString())} ${line}`);
    }
    if (view.result !== undefined)
      for (const line of resultLines(view.result, pageFor(output))) output.print(line);
  };
}
