/** The data checks of docs/data-checks.md, as they stand there, by the real step runner. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadProject } from '../../config/load-project.ts';
import type { StepOutcome, StepSpec } from '../../core/step.ts';
import { repositoryRoot } from '../../local/tools.ts';
import { createStepSite, stepInput } from '../activities/steps/step-site.ts';
import type { StepSite } from '../activities/steps/step-site.ts';

const page = readFileSync(join(repositoryRoot(), 'docs', 'data-checks.md'), 'utf8');
/** Text by the file name that stands behind the language of a block of code. */
const onPage = Object.fromEntries(
  [...page.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms)].map(([, file, text]) => [file, text]),
) as Readonly<Record<string, string>>;

let site: StepSite;
beforeAll(() => {
  site = createStepSite();
});
afterAll(() => {
  site.remove();
});

const wines = (alcohol: number): string =>
  ['alcohol,hue,cultivar', '13.2,1.04,0', `${alcohol},0.98,1`, '12.8,0.6,2', ''].join('\n');

it('pandera passes data that fits its schema', async () => {
  expect(await check('pandera', wines(12.4))).toMatchObject({ status: 'passed', documents: [] });
}, 120_000);

it('pandera refuses data that does not, and its report names column, value and row', async () => {
  const outcome = await check('pandera', wines(124));
  if (outcome.status !== 'failed') throw new Error(`It is ${outcome.status}.`);
  const report = await site.store.getText(outcome.documents[0]?.digest ?? '');
  expect(report).toMatch(/`alcohol`: 124\.0 in row 1 \(in_range\(10, 16\)\)/);
}, 120_000);

/** Runs the step that the page shows for a tool, in a repository with its files and this table. */
function check(tool: string, table: string): Promise<StepOutcome> {
  const commit = site.repository.commit({ ...onPage, 'data/wines.csv': table });
  return site.run(stepInput(commit, stepOf(tool)));
}

function stepOf(tool: string): StepSpec {
  const steps: unknown = parse(onPage[`steps.${tool}.yaml`] ?? '');
  const file = JSON.stringify({ version: 1, project: 'acme/model', python: { requirements: [] }, ci: { steps } });
  const project = loadProject({
    files: (path) => (path === 'longhaul.yaml' ? file : (onPage[path] ?? null)),
  });
  if (!project.ok) throw new Error(JSON.stringify(project.problems));
  const [step] = project.ciPlan.steps;
  if (step === undefined) throw new Error(`The page has no step for ${tool}.`);
  return step;
}
