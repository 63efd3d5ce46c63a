import { alignColumns } from '../../../core/render/markdown.ts';
import {
  hasManyAttempts,
  ledgerHeader,
  ledgerRows,
  ledgerSaid,
} from '../../../core/render/training-ledger.ts';
import type { ReleaseRecord } from '../../../core/release.ts';
import type { TrainingLedger } from '../../../core/step.ts';
import type { ReleaseView } from '../../release-views.ts';
import { approvalLines } from './approval-lines.ts';
import { evidenceLines } from './evidence-lines.ts';
import { nextCommand } from './next-command.ts';
import type { Page } from './page.ts';
import { lookLines, releaseLines } from './release-lines.ts';
import type { Style } from './style.ts';
import { diagnosisLines } from './trouble-lines.ts';

/** The whole of a release on one page: the block of `watch`, the evidence, all looks, the addresses. */
export function showLines(
  view: ReleaseView,
  now: Date,
  addresses: Readonly<Record<string, string>>,
  page: Page,
): readonly string[] {
  const { record } = view;
  const { columns, style } = page;
  const rows = Object.entries(addresses).map(([name, address]) => [`  ${name}`, address]);
  return [
    ...releaseLines(view, now, page, 0),
    ...(record?.steps ?? []).flatMap(({ name, failure }) =>
      failure === undefined ? [] : titled(`${name} failed`, diagnosisLines(failure, columns), style),
    ),
    ...(record?.evidence === undefined
      ? []
      : titled('evidence', evidenceLines(record.evidence).map(indented), style)),
    ...titled('answers', answersOnceGiven(record, style).map(indented), style),
    ...titled('training', ledgerLines(record?.training?.ledger).map(indented), style),
    ...titled('looks', lookLines(record?.looks ?? [], columns - 2).map(indented), style),
    ...titled('addresses', alignColumns(rows), style),
    ...titled('next', [`  ${nextCommand(view)}`], style),
  ];
}

/** While they are waited for, the block above tells them. */
const answersOnceGiven = (record: ReleaseRecord | undefined, style: Style): readonly string[] =>
  record === undefined || record.phase === 'waitingForApproval' ? [] : approvalLines(record, style);

/** What the training cost, attempt by attempt where there was more than one. */
const ledgerLines = (ledger: TrainingLedger | undefined): readonly string[] =>
  ledger === undefined
    ? []
    : [
        ...(hasManyAttempts(ledger) ? alignColumns([ledgerHeader, ...ledgerRows(ledger)]) : []),
        ledgerSaid(ledger),
      ];

const indented = (line: string): string => `  ${line}`;

const titled = (title: string, lines: readonly string[], style: Style): readonly string[] =>
  lines.length === 0 ? [] : ['', style.strong(title), ...lines];
