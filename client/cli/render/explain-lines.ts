import type { CiStepResult } from '../../../core/ci.ts';
import { programPrefix } from '../../../core/explain-difference.ts';
import type { StepFingerprint } from '../../../core/fingerprint.ts';
import { factsOf, reasonOf, statusWords } from '../../../core/render/step-words.ts';
import { formatDuration, formatTime } from '../../../core/time.ts';
import type { Page } from './page.ts';
import { padEnd, wrap } from './text.ts';

interface Explained {
  readonly run: string;
  readonly step: CiStepResult;
  /** Null where none was kept: the step did not run, or its inputs could not be told. */
  readonly fingerprint: StepFingerprint | null;
}

/** Why a step ran or whose result it took, and a table of all that counts as its inputs. */
export function explainLines({ run, step, fingerprint }: Explained, page: Page): readonly string[] {
  const { style } = page;
  const { status } = step.outcome;
  return [
    `${style.strong(step.name)} of ${run}  ${status === 'passed' ? style.good('passed') : style.bad(statusWords[status])}`,
    ...whyLines(step, page),
    ...(fingerprint === null ? [] : ['', style.strong('what it depends on'), ...rows(fingerprint, page)]),
    ...(fingerprint === null ? [] : ['', ...notInputs(page), `next  ${next(fingerprint, run)}`]),
  ];
}

/** The files that the step sees, with what git calls their content. */
export const fileLines = ({ files }: StepFingerprint): readonly string[] =>
  Object.entries(files).map(([path, content]) => `${content}  ${path}`);

function whyLines({ outcome }: CiStepResult, { style, columns }: Page): readonly string[] {
  const facts = factsOf(outcome);
  if (facts === null) return [`  did not run: ${reasonOf(outcome) ?? ''}`];
  const { takenFrom, because = [] } = facts;
  if (takenFrom !== undefined) {
    const { run, at, seconds } = takenFrom;
    return wrap(
      `  took the result of ${run}, which passed at ${formatTime(at)} UTC: ${formatDuration(seconds * 1000)} saved`,
      columns,
    );
  }
  if (because.length === 0) return ['  ran; why was not recorded'];
  const [first = '', ...others] = because;
  return [
    `  ran, because ${style.wait(first)}`,
    ...others.map((reason) => `               ${style.wait(reason)}`),
  ];
}

const titleWidth = 12;

function rows(fingerprint: StepFingerprint, { columns, style }: Page): readonly string[] {
  return tableOf(fingerprint).flatMap(([title, values]) =>
    values
      .flatMap((value) => wrap(value, columns - titleWidth - 2))
      .map((line, index) => `  ${padEnd(index === 0 ? style.quiet(title) : '', titleWidth)}${line}`),
  );
}

type Row = readonly [title: string, values: readonly string[]];

function tableOf(fingerprint: StepFingerprint): readonly Row[] {
  const { commands, python, judgement } = fingerprint;
  const rows: readonly Row[] = [
    ['files', filesSaid(fingerprint)],
    ['commands', commands],
    ['variables', pairs(fingerprint.env, '=')],
    ['secrets', Object.keys(fingerprint.secrets)],
    ['Python', python === null ? [] : [pythonSaid(python)]],
    ['data', pairs(fingerprint.data)],
    ['needs', pairs(fingerprint.needs)],
    ['worker', toolsSaid(fingerprint.tools)],
    ['a pass', judgement === '{}' ? [] : [judgement]],
  ];
  return rows.filter(([, values]) => values.length > 0);
}

const pairs = (values: Readonly<Record<string, string>>, between = '  '): readonly string[] =>
  Object.entries(values).map(([name, value]) => `${name}${between}${value}`);

function filesSaid({ files, inputs, named = [] }: StepFingerprint): readonly string[] {
  const count = Object.keys(files).length;
  const chosen = inputs === null ? 'all of the commit: it names no `inputs`' : inputs.join(', ');
  return [
    `${count} ${count === 1 ? 'file' : 'files'}: ${chosen}`,
    ...(named.length === 0 ? [] : [`named by its other settings: ${named.join(', ')}`]),
  ];
}

const pythonSaid = ({
  version,
  lock,
  requirements,
  install,
}: NonNullable<StepFingerprint['python']>): string =>
  [
    `${version}, ${requirements.join(' ')} resolved to ${lock.slice(0, 19)}`,
    ...(install.length === 0 ? [] : [`with ${install.join(', ')} installed`]),
  ].join(', ');

function toolsSaid(tools: StepFingerprint['tools']): readonly string[] {
  const entries = Object.entries(tools);
  const programs = entries.filter(([name]) => name.startsWith(programPrefix));
  const others = entries.filter(([name]) => !name.startsWith(programPrefix));
  return [
    others.map(([name, value]) => `${name} ${value}`).join(', '),
    `programs by content: ${programs.map(([name, value]) => `${name.slice(programPrefix.length)} ${value}`).join(', ')}`,
  ];
}

const notInputs = ({ columns, style }: Page): readonly string[] =>
  wrap(
    'Not among them: the commit and the run (LONGHAUL_COMMIT, LONGHAUL_RUN_ID) and git’s history, limits of time, retries, the queue, and what the commands get from the network.',
    columns,
  ).map(style.quiet);

const next = ({ step }: StepFingerprint, run: string): string =>
  `longhaul ci explain ${step} --run ${run} --files`;
