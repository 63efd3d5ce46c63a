import type { ReleaseRecord } from '../../../core/release.ts';
import { releaseChecklist } from '../../../core/render/checklist.ts';
import type { CheckItem } from '../../../core/render/checklist.ts';
import { alignColumns } from '../../../core/render/markdown.ts';
import type { ReleaseView } from '../../release-views.ts';
import { evidenceLines } from './evidence-lines.ts';
import { nextCommand } from './next-command.ts';
import { lookLines, releaseLines } from './release-lines.ts';
import { marks } from './style.ts';
import type { Style } from './style.ts';

/** The whole of a release on one page: the block of `watch`, the checklist, the evidence, all looks, the addresses. */
export function showLines(
  view: ReleaseView,
  now: Date,
  addresses: Readonly<Record<string, string>>,
  style: Style,
): readonly string[] {
  const { record } = view;
  const rows = Object.entries(addresses).map(([name, address]) => [`  ${name}`, address]);
  return [
    ...releaseLines(view, now, style, 0),
    ...(record === undefined ? [] : titled('checklist', checklistLines(record, style), style)),
    ...(record?.evidence === undefined
      ? []
      : titled('evidence', evidenceLines(record.evidence).map(indented), style)),
    ...titled('looks', lookLines(record?.looks ?? []).map(indented), style),
    ...titled('addresses', alignColumns(rows), style),
    ...titled('next', [`  ${nextCommand(view)}`], style),
  ];
}

const indented = (line: string): string => `  ${line}`;

const titled = (title: string, lines: readonly string[], style: Style): readonly string[] =>
  lines.length === 0 ? [] : ['', style.strong(title), ...lines];

function checklistLines(record: ReleaseRecord, style: Style): readonly string[] {
  const shown: Readonly<Record<CheckItem['state'], string>> = {
    passed: style.good(marks.good),
    failed: style.bad(marks.bad),
    running: style.wait(marks.running),
    pending: style.quiet(marks.waiting),
  };
  return releaseChecklist(record).map(
    ({ title, state, said }) => `  ${shown[state]} ${title}${said === '' ? '' : `: ${said}`}`,
  );
}
