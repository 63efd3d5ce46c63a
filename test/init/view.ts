import { planProject } from '../../client/init/plan.ts';
import type { InitPlan } from '../../client/init/plan.ts';
import { viewOf } from '../../client/init/repository-view.ts';
import type { RepositoryView } from '../../client/init/repository-view.ts';
import type { StepProposal } from '../../client/init/step-proposal.ts';

export type Files = Readonly<Record<string, string>>;

export const view = (files: Files): RepositoryView =>
  viewOf(Object.keys(files), (path) => files[path] ?? null);

/** What init makes of a repository with these files, on a machine with Python 3.11 and 3.12. */
export const planOf = (files: Files): InitPlan =>
  planProject(view(files), { project: 'acme/churn', from: 'a test' }, ['3.11', '3.12']);

export function stepOf(plan: InitPlan, name: string): StepProposal {
  const step = plan.steps.find((each) => each.name === name);
  if (step === undefined)
    throw new Error(`no ${name} among ${plan.steps.map((each) => each.name).join(', ')}`);
  return step;
}

/** A workflow with one job of these command lines. */
export const workflow = (lines: readonly string[], more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    on: { push: {} },
    jobs: { test: { steps: [...lines.map((run) => ({ run }))], ...more } },
  });

export const aTest = 'def test_one():\n    assert 1 + 1 == 2\n';
