/** The small sample project: its CI graph as its file says, by the real step runner, from the plan to the score. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadProject } from '../../config/load-project.ts';
import type { CiPlan } from '../../core/ci.ts';
import { readySteps } from '../../core/graph.ts';
import type { StepOutcome } from '../../core/step.ts';
import { repositoryRoot } from '../../local/tools.ts';
import { createStepSite, stepInput } from '../activities/steps/step-site.ts';
import type { StepSite } from '../activities/steps/step-site.ts';

const sample = join(repositoryRoot(), 'examples', 'wine');
const files = Object.fromEntries(
  readdirSync(sample, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => [path.slice(sample.length + 1), readFileSync(path, 'utf8')]),
);
let site: StepSite;

beforeAll(() => {
  site = createStepSite();
});
afterAll(() => {
  site.remove();
});

it('needs fewer than 30 lines of YAML', () => {
  expect(files['longhaul.yaml']?.trimEnd().split('\n').length).toBeLessThan(30);
});

it('passes: lint, tests, a data check by a plain script, training on a sample, a score', async () => {
  const outcomes = await runCi(files);
  expect(reasons(outcomes)).toEqual({});
  expect([...outcomes.keys()].sort()).toEqual(['data', 'evaluate', 'lint', 'tests', 'train']);
  expect(outcomes.get('tests')).toMatchObject({ tests: { passed: 4, failed: 0, skipped: 0 } });
  expect(outcomes.get('evaluate')).toMatchObject({ metrics: { accuracy: expect.closeTo(0.96, 1) as number } });
}, 180_000);

it('refuses data that is wrong, and leaves a report that names the column', async () => {
  const broken = (files['wine/data.py'] ?? '').replace('Wines(bunch.data,', 'Wines(bunch.data * 10,');
  const outcome = (await runCi({ ...files, 'wine/data.py': broken }, ['data'])).get('data');
  if (outcome?.status !== 'failed') throw new Error(`It is ${outcome?.status ?? 'absent'}.`);
  const [report] = outcome.documents;
  expect(await site.store.getText(report?.digest ?? '')).toMatch(/`alcohol`: 178 of 178 values are not within 10/);
}, 120_000);

/** Runs the graph as a CI run does; `only` names the steps to run without what they need. */
async function runCi(
  repository: Readonly<Record<string, string>>,
  only?: readonly string[],
): Promise<ReadonlyMap<string, StepOutcome>> {
  const commit = site.repository.commit(repository);
  const plan = planOf(repository, only);
  const outcomes = new Map<string, StepOutcome>();
  for (;;) {
    const ready = readySteps(plan, outcomes, new Set());
    if (ready.length === 0) return outcomes;
    for (const step of ready) {
      const inputs = step.needs.flatMap((need) => {
        const outcome = outcomes.get(need);
        return outcome?.status === 'passed' ? outcome.outputs : [];
      });
      outcomes.set(step.name, await site.run(stepInput(commit, step, { inputs })));
    }
  }
}

function planOf(repository: Readonly<Record<string, string>>, only?: readonly string[]): Pick<CiPlan, 'steps'> {
  const project = loadProject({ files: (path) => repository[path] ?? null });
  if (!project.ok) throw new Error(JSON.stringify(project.problems));
  const { steps } = project.ciPlan;
  if (only === undefined) return { steps };
  return { steps: steps.filter(({ name }) => only.includes(name)).map((step) => ({ ...step, needs: [] })) };
}

const reasons = (outcomes: ReadonlyMap<string, StepOutcome>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...outcomes].flatMap(([name, outcome]) =>
      outcome.status === 'passed' ? [] : [[name, JSON.stringify(outcome)]],
    ),
  );
