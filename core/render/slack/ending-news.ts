/** How a release ended: released, rolled back, rejected, superseded or failed, with what was undone. */
import type { CompensationResult, ReleaseOutcome, ReleaseRecord } from '../../release.ts';
import { formatDuration, millisecondsBetween } from '../../time.ts';
import { undoneSentence } from '../release-words.ts';
import { context, header, section } from './blocks.ts';
import type { Block } from './blocks.ts';
import { news } from './news.ts';
import type { SlackNews, SlackView } from './news.ts';
import { modelIn, threadOf } from './release-thread.ts';
import { codeWord, cutSlack, said } from './text.ts';
import { figures } from './watch-news.ts';

const titles: Readonly<Record<ReleaseOutcome['kind'], string>> = {
  released: 'Released',
  rejected: 'Rejected',
  rolledBack: 'Rollback executed',
  superseded: 'Superseded',
  failed: 'Release failed',
};

/** Nothing while the release goes on. */
export function endingNews(record: ReleaseRecord, view: SlackView): readonly SlackNews[] {
  const { outcome } = record;
  if (outcome === undefined || record.phase !== 'ended') return [];
  const title = `${titles[outcome.kind]}: ${modelIn(record)}`;
  return [
    news(
      {
        ...threadOf(record, view),
        ...{ key: `${record.runId}/ended`, text: said(title), updates: false },
        broadcast: view.can.threads,
      },
      [
        header(title),
        section(sentence(record, outcome)),
        ...seen(record, outcome),
        ...undone(record),
        ...residue(record),
        context(
          codeWord(record.id),
          `took ${formatDuration(millisecondsBetween(record.startedAt, record.updatedAt))}`,
        ),
      ],
    ),
  ];
}

function sentence(record: ReleaseRecord, outcome: ReleaseOutcome): string {
  const version = `version ${said(record.candidateVersion ?? '?')} of ${said(record.model)}`;
  switch (outcome.kind) {
    case 'released':
      return `:white_check_mark: ${version} is champion${before(record)}.`;
    case 'rejected':
      return `:no_entry_sign: Rejected by ${said(outcome.by)}: ${cutSlack(said(outcome.reason), 2000)}`;
    case 'rolledBack':
      return `:rewind: ${cutSlack(said(outcome.reason), 2500)}`;
    case 'superseded':
      return `:fast_forward: It made way for ${codeWord(outcome.by)}.`;
    case 'failed':
      return `:x: ${cutSlack(said(outcome.reason), 2500)}`;
  }
}

const before = ({ championVersion }: ReleaseRecord): string =>
  championVersion === undefined || championVersion === null ? '' : `, after ${said(championVersion)}`;

/** The last look: what users got when it was decided. */
function seen({ looks, guardrails }: ReleaseRecord, { kind }: ReleaseOutcome): readonly Block[] {
  const last = looks.at(-1);
  return last === undefined || (kind !== 'rolledBack' && kind !== 'released')
    ? []
    : figures(last, guardrails);
}

const COMPENSATIONS_SHOWN = 15;

function undone({ compensations }: ReleaseRecord): readonly Block[] {
  const told = undoneSentence(compensations);
  if (told === null) return [];
  const lines = compensations.slice(0, COMPENSATIONS_SHOWN).map(undoneLine);
  return [section([`*What was undone*: ${told}`, ...lines].join('\n'))];
}

const undoneLine = ({ name, verified, detail }: CompensationResult): string =>
  `${verified ? '✓' : ':warning: *not verified*'} ${said(name)}: ${cutSlack(said(detail), 150)}`;

const RESIDUE_SHOWN = 10;

function residue({ residue: left }: ReleaseRecord): readonly Block[] {
  if (left.length === 0) return [];
  const lines = left.slice(0, RESIDUE_SHOWN).map((item) => `• ${cutSlack(said(item), 250)}`);
  const more = left.length > RESIDUE_SHOWN ? [`… and ${left.length - RESIDUE_SHOWN} more`] : [];
  return [section([':warning: *Left over, to be put right by hand*', ...lines, ...more].join('\n'))];
}
