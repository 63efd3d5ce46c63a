/** The question of an approval, its reminders, and what became of it. */
import { formatBytes, formatPercent, formatValue } from '../../numbers.ts';
import type { Approval, Evidence, ReleaseRecord } from '../../release.ts';
import { alignColumns } from '../markdown.ts';
import { context, facts, header, limits, section } from './blocks.ts';
import type { Block } from './blocks.ts';
import { news } from './news.ts';
import type { SlackNews, SlackView } from './news.ts';
import { buttons } from './press.ts';
import { modelIn, threadOf } from './release-thread.ts';
import { codeLines, codeWord, cutSlack, said, when } from './text.ts';

const approvalKey = ({ runId }: ReleaseRecord, digest: string): string => `${runId}/approval/${digest}`;

/** The question with its evidence, and once it is answered its answer; questions that it has replaced; reminders. */
export const approvalNews = (record: ReleaseRecord, view: SlackView): readonly SlackNews[] => [
  ...question(record, view),
  ...replacedQuestions(record, view),
  ...(record.reminders ?? []).map((reminder) => reminderNews(record, view, reminder)),
];

function question(record: ReleaseRecord, view: SlackView): readonly SlackNews[] {
  const { evidence } = record;
  if (evidence === undefined || !wasAsked(record)) return [];
  const open = isOpen(record);
  const what = `version ${said(evidence.candidateVersion)} of ${said(record.model)}`;
  return [
    news(
      {
        ...threadOf(record, view),
        key: approvalKey(record, evidence.digest),
        text: open ? `Approval wanted: ${what}` : `Approval of ${what}: ${answered(record)}`,
        broadcast: view.can.threads,
        updates: view.can.threads,
      },
      [
        header(`${open ? 'Approval wanted' : 'Approval'}: ${modelIn(record)}`),
        ...(open ? [] : [section(`*${answered(record)}*`)]),
        ...evidenceBlocks(record, evidence, view),
        ...answersOf(record, evidence),
        ...(open ? askingBlocks(record, evidence, view) : []),
      ],
    ),
  ];
}

/** A project may release without asking; then there is evidence and no question. */
const wasAsked = ({ approvals, asked, phase, evidence }: ReleaseRecord): boolean =>
  asked === undefined
    ? phase === 'waitingForApproval' || approvals.length > 0
    : asked.evidenceDigest === evidence?.digest;

const isOpen = ({ asked, phase, outcome }: ReleaseRecord): boolean =>
  phase === 'waitingForApproval' && outcome === undefined && asked?.missing !== null;

function answered({ gates, outcome }: ReleaseRecord): string {
  const gate = gates.findLast((result) => result.gate === 'approval');
  if (gate !== undefined) return cutSlack(said(gate.evidence), 600);
  return outcome === undefined ? 'answered' : 'the release ended before it was answered';
}

function evidenceBlocks(record: ReleaseRecord, evidence: Evidence, view: SlackView): readonly Block[] {
  const { loadTest } = evidence;
  const gate = record.gates.findLast((result) => result.gate === 'metrics');
  return [
    section(metricsTable(evidence, view.champion ?? {})),
    ...(gate === undefined ? [] : [context(`Gate: ${cutSlack(said(gate.evidence), 1500)}`)]),
    ...facts([
      ['Load test: P95', `${formatValue(loadTest.p95Ms)} ms`],
      ['Load test: errors', `${formatPercent(loadTest.errorRate)} of ${loadTest.requests} requests`],
      ['Commit', codeWord(evidence.commit.slice(0, 12))],
      ['CI run', codeWord(evidence.ciRun)],
      ...(evidence.image === undefined ? [] : [['Image', codeWord(evidence.image.reference)] as const]),
    ]),
    section(dataLines(evidence)),
    context(
      `configuration ${codeWord(shortDigest(evidence.configDigest))}`,
      `evidence ${codeWord(shortDigest(evidence.digest))}`,
    ),
  ];
}

/** The candidate's metrics, beside the champion's where they are known. */
function metricsTable(evidence: Evidence, champion: Readonly<Record<string, number>>): string {
  const names = Object.keys(evidence.metrics);
  if (names.length === 0) return '*Metrics*: the evaluation left none';
  const against =
    evidence.championVersion === null ? 'no champion yet' : `champion ${evidence.championVersion}`;
  const compared = names.some((name) => champion[name] !== undefined);
  const rows = names.map((name) => {
    const [own, best] = [evidence.metrics[name] ?? NaN, champion[name]];
    const cells = [name, formatValue(own)];
    if (!compared) return cells;
    return [...cells, ...(best === undefined ? ['–', ''] : [formatValue(best), difference(own, best)])];
  });
  const titles = ['metric', `candidate ${evidence.candidateVersion}`];
  const table = alignColumns([compared ? [...titles, against, 'difference'] : titles, ...rows]);
  const told = compared ? '' : ` (${said(against)})`;
  return `*Metrics*${told}\n${codeLines(table, limits.section - 100)}`;
}

function difference(own: number, best: number): string {
  const by = own - best;
  return by === 0 ? '±0' : `${by > 0 ? '+' : '−'}${formatValue(Math.abs(by))}`;
}

const DATA_SHOWN = 8;

function dataLines({ data }: Evidence): string {
  const lines = data
    .slice(0, DATA_SHOWN)
    .map(
      ({ target, digest, files, bytes, source }) =>
        `• ${codeWord(target)}: ${files} files, ${formatBytes(bytes)}, ${codeWord(shortDigest(digest))}` +
        (source === 'cache' ? ' (from the cache: the remote did not answer)' : ''),
    );
  const more = data.length > DATA_SHOWN ? [`… and ${data.length - DATA_SHOWN} more`] : [];
  return ['*Data*', ...(lines.length === 0 ? ['• none is tracked'] : lines), ...more].join('\n');
}

const ANSWERS_SHOWN = 12;

/** What people have said to this evidence, and to what it replaced. */
function answersOf({ approvals }: ReleaseRecord, { digest }: Evidence): readonly Block[] {
  if (approvals.length === 0) return [];
  const lines = approvals.slice(-ANSWERS_SHOWN).map((approval) => answerLine(approval, digest));
  return [section(['*Answers*', ...lines].join('\n'))];
}

function answerLine(approval: Approval, digest: string): string {
  const { by, at, comment, decision, fell, ignored, provider, verified, evidenceDigest } = approval;
  const who = `${said(by)} (${provider}${verified ? '' : ', unverified'})`;
  const why = ignored ?? fell?.reason ?? (evidenceDigest === digest ? undefined : 'for other evidence');
  const told = [
    `${decision} by ${who} at ${when(at)}`,
    ...(comment === '' ? [] : [cutSlack(said(comment), 400)]),
    ...(why === undefined ? [] : [`_does not count: ${cutSlack(said(why), 300)}_`]),
  ];
  const sign = why !== undefined ? '◦' : decision === 'approved' ? ':white_check_mark:' : ':x:';
  return `${sign} ${told.join(' · ')}`;
}

function askingBlocks(record: ReleaseRecord, evidence: Evidence, { can }: SlackView): readonly Block[] {
  const { asked } = record;
  const needed = asked?.missing ?? 'a person’s approval';
  const until = asked === undefined ? '' : `, until ${when(asked.expiresAt)} UTC`;
  const wanted = section(`Waits for ${said(needed)}${until}.`);
  const pressed = can.buttons ? buttons(record, evidence) : null;
  if (pressed !== null) return [wanted, ...pressed];
  return [wanted, section(`${codeWord(`longhaul release approve ${record.id}`)} or ${codeWord('reject')}`)];
}

/** Questions that stand in Slack with their buttons, and are asked no more because what they rested on has changed. */
const replacedQuestions = (record: ReleaseRecord, view: SlackView): readonly SlackNews[] =>
  (view.can.threads ? (view.told ?? []) : [])
    .filter((key) => key.startsWith(approvalKey(record, '')) && key !== currentKey(record))
    .map((key) =>
      news(
        {
          ...threadOf(record, view),
          ...{ key, text: `An approval of ${said(record.model)} is asked anew`, updates: true },
        },
        [
          header(`Asked anew: ${modelIn(record)}`),
          section('What this question rested on has changed, so that answers to it do not count any more.'),
          context(`evidence ${codeWord(shortDigest(key.slice(approvalKey(record, '').length)))}`),
        ],
      ),
    );

const currentKey = (record: ReleaseRecord): string | null =>
  record.evidence === undefined ? null : approvalKey(record, record.evidence.digest);

type Reminder = NonNullable<ReleaseRecord['reminders']>[number];

function reminderNews(record: ReleaseRecord, view: SlackView, reminder: Reminder): SlackNews {
  const { at, kind, missing, to, evidenceDigest } = reminder;
  const escalated = kind === 'escalation';
  const what = `version ${said(record.candidateVersion ?? '?')} of ${said(record.model)}`;
  const text = escalated ? `Nobody has answered: ${what}` : `Still waits for an approval: ${what}`;
  const until =
    record.asked === undefined ? '' : ` The question expires at ${when(record.asked.expiresAt)} UTC.`;
  const addressed = to.length === 0 ? '' : `${to.map((name) => mentionOf(name, view)).join(' ')}: `;
  return news(
    {
      ...threadOf(record, view),
      ...{ key: `${record.runId}/${kind}/${at}`, text, updates: false, broadcast: view.can.threads },
    },
    [
      section(`${escalated ? ':rotating_light:' : ':bell:'} ${addressed}*${text}*`),
      section(`It needs ${said(missing)}.${until}`),
      context(`evidence ${codeWord(shortDigest(evidenceDigest))}`, codeWord(record.id)),
    ],
  );
}

/** A mention of those whose ids are known and are ids; the name alone otherwise. */
function mentionOf(name: string, { people = {} }: SlackView): string {
  const ids = (Object.hasOwn(people, name) ? (people[name] ?? []) : []).filter((id) =>
    /^[UW][A-Z0-9]{2,20}$/.test(id),
  );
  return ids.length === 0 ? said(name) : ids.map((id) => `<@${id}>`).join(' ');
}

const shortDigest = (digest: string): string => digest.slice(0, 19);
