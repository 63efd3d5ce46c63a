/** The report of a CI run as one page of HTML that can be sent around: no script, nothing fetched. */
import { sourceSaid } from './source-words.ts';
import type { CiStepResult } from '../ci.ts';
import type { StepFingerprint } from '../fingerprint.ts';
import { formatDuration, formatTime } from '../time.ts';
import { circumstances, hasPassed, runSaid } from './ci-report.ts';
import type { EndedCiRun } from './ci-report.ts';
import type { CurvePoint } from './html/curve.ts';
import { environmentSection } from './html/environment.ts';
import { measurementSections } from './html/measurements.ts';
import { markup } from './html/markup.ts';
import type { Html } from './html/markup.ts';
import { stepTable } from './html/step-table.ts';
import { css } from './html/style.ts';
import { timeline } from './html/timeline.ts';
import { trainingSection } from './html/training.ts';
import { troubleSection } from './html/troubles.ts';
import { factsOf } from './step-words.ts';

/** What the page tells of besides the run; what is not known of a step is absent. */
export interface CiPageExtras {
  /** By step. */
  readonly fingerprints: ReadonlyMap<string, StepFingerprint>;
  /** The epochs of trainings, by step. */
  readonly curves: ReadonlyMap<string, readonly CurvePoint[]>;
}

/** The whole page. */
export const ciHtml = (run: EndedCiRun, extras: CiPageExtras): string => {
  const passed = hasPassed(run);
  const said = runSaid(run);
  const title = `CI ${said}: ${run.project} at ${run.commit.slice(0, 12)}`;
  const sections = [
    troubleSection(run.steps),
    stepsSection(run),
    ...measurementSections(run.steps),
    trainingSection(run.steps, extras.curves),
    environmentSection(run.steps, extras.fingerprints),
  ].filter((section) => section !== null);
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>${title}</title>
        <style>
          ${{ html: css }}
        </style>
      </head>
      <body class="${passed ? 'passed' : 'failed'}">
        <header>
          <h1>CI <strong>${said}</strong>: ${run.project}</h1>
          <p>${summary(run.steps)}</p>
        </header>
        <main>${facts(run)} ${sections}</main>
        <footer>${run.id}${run.runId === undefined ? '' : `, run ${run.runId}`}. Times are UTC.</footer>
      </body>
    </html> `.html;
};

/** `5 of 6 steps passed, 3 of them taken over; 1 with flaky tests`. */
function summary(steps: readonly CiStepResult[]): string {
  const count = (fits: (step: CiStepResult) => boolean): number => steps.filter(fits).length;
  const passed = count(({ outcome }) => outcome.status === 'passed');
  const taken = count(({ outcome }) => factsOf(outcome)?.takenFrom !== undefined);
  const flaky = count(({ outcome }) => (factsOf(outcome)?.flaky ?? []).length > 0);
  return [
    `${passed} of ${steps.length} steps passed`,
    ...(taken === 0 ? [] : [`${taken} of them taken over from earlier runs`]),
    ...(flaky === 0 ? [] : [`${flaky} with flaky tests`]),
  ].join(', ');
}

function facts(run: EndedCiRun): Html {
  const { source, trigger } = run;
  const known: readonly (readonly [string, Html | string])[] = [
    ['Commit', markup`<code>${run.commit}</code>`],
    ...(source === undefined ? [] : [['Made of', sourceSaid(source)] as const]),
    ...circumstances(run).map((each) => ['Run', each] as const),
    ['Started', `${formatTime(run.startedAt)} by ${trigger.by} (${trigger.kind})`],
    ['Took', formatDuration(run.seconds * 1000)],
    ...(run.cache === undefined ? [] : [['Earlier results', cacheWords[run.cache]] as const]),
    ['Configuration', markup`<code>${run.configDigest.slice(0, 19)}</code>`],
  ];
  return markup`<dl class="facts">
    ${known.map(
      ([name, value]) =>
        markup`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

const cacheWords: Readonly<Record<NonNullable<EndedCiRun['cache']>, string>> = {
  use: 'taken over where inputs are the same',
  ignore: 'not used: every step ran',
  retry: 'taken over, also of this commit’s earlier run',
};

const stepsSection = (run: EndedCiRun): Html =>
  markup`<section>
    <h2>Steps</h2>
    ${timeline(run.steps, run.startedAt, run.seconds)} ${stepTable(run.steps)}
  </section>`;
