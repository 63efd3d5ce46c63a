/** All that Slack shows of a release, made anew from its record each time: who tells it compares with what was told. */
import type { ReleaseRecord } from '../../release.ts';
import { formatDuration, millisecondsBetween } from '../../time.ts';
import { approvalNews } from './approval.ts';
import { context, section } from './blocks.ts';
import { endingNews } from './ending-news.ts';
import { news } from './news.ts';
import type { SlackNews, SlackView } from './news.ts';
import { modelIn, threadNews, threadOf } from './release-thread.ts';
import { codeWord, said, when } from './text.ts';
import { watchNews } from './watch-news.ts';

/** In the order in which it is to be told: what begins the thread comes first. */
export const releaseNews = (record: ReleaseRecord, view: SlackView): readonly SlackNews[] => [
  threadNews(record, view),
  ...laneNews(record, view),
  ...approvalNews(record, view),
  ...watchNews(record, view),
  ...endingNews(record, view),
];

/** From when on a wait for a lane is worth a message. */
export const longLaneWaitMs = 30 * 60_000;

/** Once a wait, as soon as it is long. */
function laneNews(record: ReleaseRecord, view: SlackView): readonly SlackNews[] {
  const { phase, waiting } = record;
  if (waiting === undefined) return [];
  if (phase !== 'waitingForStagingLane' && phase !== 'waitingForProductionLane') return [];
  const waited = millisecondsBetween(waiting.since, view.now);
  if (waited < longLaneWaitMs) return [];
  const text = `Still waits for ${said(waiting.for)}: ${said(modelIn(record))}`;
  return [
    news({ ...threadOf(record, view), key: `${record.runId}/lane/${waiting.since}`, text, updates: false }, [
      section(`:hourglass_flowing_sand: *${text}*`),
      section(
        `For ${formatDuration(waited)}, since ${when(waiting.since)} UTC.` +
          (waiting.next === undefined ? '' : ` See ${codeWord(waiting.next)}`),
      ),
      context(codeWord(record.id)),
    ]),
  ];
}
