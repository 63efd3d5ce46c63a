import type { CiStepResult } from '../../ci.ts';
import { factsOf, flakyWords, reasonOf, statusWords } from '../step-words.ts';
import { markup, prose, section, table } from './markup.ts';
import type { Html } from './markup.ts';

/** What did not go well, first on the page: what failed with its cause, how to mend it, its last lines; flaky tests. */
export const troubleSection = (steps: readonly CiStepResult[]): Html | null =>
  section('What did not go well', ...steps.map(failure), ...steps.map(flakyTests));

function failure({ name, outcome }: CiStepResult): Html | null {
  if (outcome.status !== 'failed' && outcome.status !== 'timedOut') return null;
  const { failure: diagnosis, lastLines } = outcome;
  return markup`<article class="trouble">
    <h3>${name} ${statusWords[outcome.status]}</h3>
    <p>${prose(reasonOf(outcome) ?? '')}</p>
    ${
      diagnosis === undefined
        ? null
        : markup`<p>${prose(diagnosis.cause)}</p>
            <p class="mend">${prose(diagnosis.mend)}</p>`
    }
    ${lastLines.length === 0 ? null : markup`<pre>${lastLines.join('\n')}</pre>`}
  </article>`;
}

function flakyTests({ name, outcome }: CiStepResult): Html | null {
  const flaky = factsOf(outcome)?.flaky ?? [];
  if (flaky.length === 0) return null;
  return markup`<article class="trouble flaky">
    <h3>${name}: ${flakyWords(flaky.length)}</h3>
    ${table(
      'They failed and then passed, with nothing changed',
      ['Test', 'Failed', 'What it said'],
      flaky.map((test) => [test.name, `${test.failures} of ${test.tries} tries`, test.message]),
    )}
  </article>`;
}
