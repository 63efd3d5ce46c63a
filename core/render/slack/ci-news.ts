/** What Slack is told of a CI run: that it failed, and why. */
import type { CiRunResult, CiStepResult } from '../../ci.ts';
import { formatDuration } from '../../time.ts';
import { statusWords } from '../step-words.ts';
import { context, facts, header, section } from './blocks.ts';
import type { Block } from './blocks.ts';
import { documentBlocks } from './documents.ts';
import type { StepDocument } from './documents.ts';
import { news } from './news.ts';
import type { SlackNews, SlackView } from './news.ts';
import { codeLines, codeWord, cutSlack, link, said } from './text.ts';

const STEPS_SHOWN = 8;
const LAST_LINES = 6;

/**
 * One message for a run that failed; none for one that passed, made way for a newer commit, or was over a person's
 * uncommitted changes. @param documents what failed steps have left, by their names
 */
export function ciNews(
  run: CiRunResult,
  documents: Readonly<Record<string, readonly StepDocument[]>>,
  view: SlackView,
): readonly SlackNews[] {
  const failed = run.steps.filter(hasFailed);
  if (run.passed || run.supersededBy !== undefined || run.source !== undefined || failed.length === 0)
    return [];
  const names = failed.map(({ name }) => name).join(', ');
  const more = failed.length - STEPS_SHOWN;
  return [
    news(
      {
        key: `${run.runId ?? run.id}/ci`,
        text: `CI failed: ${said(run.project)} at ${said(run.commit.slice(0, 12))} (${said(names)})`,
        updates: false,
      },
      [
        header(`CI failed: ${run.project}`),
        ...facts(factsOf(run, view)),
        ...failed.slice(0, STEPS_SHOWN).flatMap((step) => stepBlocks(step, documents[step.name] ?? [])),
        ...(more > 0 ? [context(`… and ${more} steps more`)] : []),
        context(codeWord(run.id), `report ${codeWord(run.report.markdown.digest.slice(0, 19))}`),
      ],
    ),
  ];
}

function factsOf(run: CiRunResult, { web }: SlackView): readonly (readonly [string, string])[] {
  const { commit, project, pullRequest, seconds, trigger } = run;
  const at = (path: string): string | undefined =>
    web === undefined ? undefined : `${web}/${project}/${path}`;
  return [
    ['Commit', link(at(`commit/${commit}`), codeWord(commit.slice(0, 12)))],
    ...(pullRequest === undefined
      ? []
      : [['Pull request', link(at(`pull/${pullRequest}`), `#${pullRequest}`)] as const]),
    ...(trigger === undefined ? [] : [['Started by', `${said(trigger.by)} (${trigger.kind})`] as const]),
    ['Took', formatDuration(seconds * 1000)],
  ];
}

type FailedStep = CiStepResult & { readonly outcome: { readonly status: 'failed' | 'timedOut' } };

const hasFailed = (step: CiStepResult): step is FailedStep =>
  step.outcome.status === 'failed' || step.outcome.status === 'timedOut';

function stepBlocks({ name, outcome }: FailedStep, documents: readonly StepDocument[]): readonly Block[] {
  const { failure, lastLines, reason, status } = outcome;
  const told = [
    `:x: *${said(name)}* ${statusWords[status]}: ${cutSlack(said(reason), 600)}`,
    ...(failure === undefined
      ? []
      : [`*Cause:* ${cutSlack(said(failure.cause), 600)}`, `*Mend:* ${cutSlack(said(failure.mend), 600)}`]),
  ];
  const shown = documents.flatMap(documentBlocks).slice(0, 3);
  const end =
    shown.length > 0 || lastLines.length === 0
      ? []
      : [section(codeLines(lastLines.slice(-LAST_LINES), 1_500))];
  return [section(told.join('\n')), ...shown, ...end];
}
