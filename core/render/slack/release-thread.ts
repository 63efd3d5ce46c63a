/** The message that a release's thread hangs on; it changes as the release goes. */
import { formatDuration, millisecondsBetween } from '../../time.ts';
import type { ReleaseOutcome, ReleaseRecord } from '../../release.ts';
import { outcomeSentence, phaseWords } from '../release-words.ts';
import { context, facts, header, section } from './blocks.ts';
import type { Block } from './blocks.ts';
import { news } from './news.ts';
import type { SlackNews, SlackView } from './news.ts';
import { codeWord, cutSlack, link, said, when } from './text.ts';

const threadKey = ({ runId }: ReleaseRecord): string => `${runId}/release`;

/** Where the other news of the release stands. */
export const threadOf = (record: ReleaseRecord, { can }: SlackView): Pick<SlackNews, 'inThreadOf'> =>
  can.threads ? { inThreadOf: threadKey(record) } : {};

/** `flight-delay 7`, for headers; a release that has not read its file yet has no model. */
export const modelIn = ({ model, project, candidateVersion }: ReleaseRecord): string =>
  `${model === '' ? project : model}${candidateVersion === undefined ? '' : ` ${candidateVersion}`}`;

const outcomeSigns: Readonly<Record<ReleaseOutcome['kind'], string>> = {
  released: ':white_check_mark:',
  rejected: ':no_entry_sign:',
  rolledBack: ':rewind:',
  superseded: ':fast_forward:',
  failed: ':x:',
};

/** Where the release is, its version and commit, and who began it. */
export function threadNews(record: ReleaseRecord, view: SlackView): SlackNews {
  const { candidateVersion, championVersion, commit, outcome, project, startedAt, trigger } = record;
  const state = outcome === undefined ? phaseWords[record.phase] : outcomeSentence(outcome);
  const sign = outcome === undefined ? ':hourglass_flowing_sand:' : outcomeSigns[outcome.kind];
  const paused = record.paused && outcome === undefined ? ' (paused)' : '';
  const url = view.web === undefined ? undefined : `${view.web}/${project}/commit/${commit}`;
  return news(
    {
      key: threadKey(record),
      text: `${said(modelIn(record))}: ${said(state)}${paused}`,
      updates: view.can.threads,
    },
    [
      header(`Release of ${modelIn(record)}`),
      section(`${sign} *${cutSlack(said(state), 1500)}*${paused}`),
      ...waitingLine(record),
      ...facts([
        ['Commit', `${link(url, codeWord(commit.slice(0, 12)))} of ${said(project)}`],
        ['Version', candidateVersion === undefined ? 'not registered yet' : said(candidateVersion)],
        ['Champion', said(championVersion ?? 'none yet')],
        ['Begun by', `${said(trigger.by)} (${trigger.kind})`],
        ...(record.candidateWeight === 0 || outcome !== undefined
          ? []
          : [['Traffic', `${record.candidateWeight} % to the candidate`] as const]),
        ...(outcome === undefined
          ? []
          : [['Took', formatDuration(millisecondsBetween(startedAt, record.updatedAt))] as const]),
      ]),
      context(codeWord(record.id), `begun ${when(startedAt)} UTC`),
    ],
  );
}

function waitingLine({ waiting, outcome }: ReleaseRecord): readonly Block[] {
  if (waiting === undefined || outcome !== undefined) return [];
  const next = waiting.next === undefined ? '' : ` Next: ${codeWord(waiting.next)}`;
  return [section(`Waits for ${said(waiting.for)} since ${when(waiting.since)} UTC.${next}`)];
}
