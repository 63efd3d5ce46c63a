import type { GateResult, ReleaseRecord } from '../../../core/release.ts';
import { checkedGates, releaseChecklist } from '../../../core/render/checklist.ts';
import type { CheckItem } from '../../../core/render/checklist.ts';
import { formatDuration, formatElapsed, millisecondsBetween } from '../../../core/time.ts';
import { marks } from './style.ts';
import type { Style } from './style.ts';
import type { TreeRow } from './tree-lines.ts';

/** The checklist of a release as the rows of a tree: how each gate stands, how long it took, what it said. */
export function releaseRows(record: ReleaseRecord, now: Date, style: Style): readonly TreeRow[] {
  const gates = checkedGates(record);
  return releaseChecklist(record).map((item, index) => {
    const quiet = item.state === 'pending' ? style.quiet : (text: string): string => text;
    return {
      mark: markOf(item.state, style),
      name: quiet(item.title),
      time: timeOf(record, item.state, gates[index], now),
      detail: item.state === 'failed' ? item.said : style.quiet(item.said),
      children: [],
    };
  });
}

function markOf(state: CheckItem['state'], style: Style): string {
  switch (state) {
    case 'passed':
      return style.good(marks.good);
    case 'failed':
      return style.bad(marks.bad);
    case 'running':
      return style.wait(marks.running);
    case 'pending':
      return style.quiet(marks.waiting);
  }
}

/** From the answer of the gate before it to its own; of the one that is being asked, until now. */
function timeOf(
  { gates, startedAt }: ReleaseRecord,
  state: CheckItem['state'],
  gate: GateResult['gate'] | undefined,
  now: Date,
): string {
  if (state === 'pending') return '';
  const answer = state === 'running' ? -1 : gates.findLastIndex((result) => result.gate === gate);
  const until = answer < 0 ? now.toISOString() : (gates[answer]?.at ?? startedAt);
  const since = (answer < 0 ? gates.at(-1) : gates[answer - 1])?.at ?? startedAt;
  return (answer < 0 ? formatElapsed : formatDuration)(millisecondsBetween(since, until));
}
