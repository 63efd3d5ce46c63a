import type { DvcFound } from './dvc.ts';
import type { MlprojectFound } from './mlproject.ts';
import type { RepositoryView } from './repository-view.ts';
import { scriptRun } from './script-runs.ts';
import type { StepProposal } from './step-proposal.ts';

/** Training and evaluation: of dvc.yaml, of MLproject, or of scripts that are named so. */
export function detectTraining(
  view: RepositoryView,
  dvc: DvcFound | null,
  mlproject: MlprojectFound | null,
): readonly StepProposal[] {
  if (dvc !== null && dvc.stages.length > 0) return dvc.stages;
  if (mlproject !== null) return [mlproject.step];
  const train = scriptNamed(view, /^(?:run_)?train(?:_model|_pipeline)?\.py$/);
  if (train === undefined) return [];
  const evaluate = scriptNamed(view, /^(?:evaluate|eval)(?:_model)?\.py$/);
  const training = { name: 'train-sample', ...ofScript(view, train, dvc) };
  if (evaluate === undefined) return [training];
  const evaluation = ofScript(view, evaluate, dvc);
  return [
    training,
    {
      name: 'evaluate',
      needs: ['train-sample'],
      ...evaluation,
      why: [
        ...evaluation.why,
        'Name what the training leaves, such as models, as `outputs` of train-sample.',
      ],
      asComment: true,
    },
  ];
}

/** A step that checks data: a script that is named so. Great Expectations, pandera, Evidently run in such scripts. */
export function detectDataChecks(view: RepositoryView, dvc: DvcFound | null): readonly StepProposal[] {
  const script = scriptNamed(
    view,
    /^(?:validate|check|verify)_?(?:the_)?data(?:set)?\.py$|^data_?(?:validation|checks?|quality)\.py$/,
  );
  if (script !== undefined) {
    const text = view.read(script) ?? '';
    const libraries = [
      ...new Set(
        [...text.matchAll(/^\s*(?:import|from) (great_expectations|pandera|evidently)\b/gm)].map(
          ([, name = '']) => name,
        ),
      ),
    ];
    const step = ofScript(view, script, dvc);
    const why =
      libraries.length === 0
        ? step.why
        : [...step.why, `It uses ${libraries.join(', ').replaceAll('_', ' ')}.`];
    return [{ name: 'data-validation', ...step, why }];
  }
  const suite = view.files.find((path) => /^(great_expectations|gx)\/.*\.(ya?ml|json)$/.test(path));
  if (suite === undefined) return [];
  const folder = suite.split('/')[0] ?? '';
  return [
    {
      name: 'data-validation',
      why: [`${folder}/ holds suites of Great Expectations, but no script that runs them was found.`],
      run: ['python scripts/validate_data.py'],
      asComment: true,
    },
  ];
}

const aside = /(^|\/)(tests?|docs?|examples?|notebooks?|benchmarks?|tutorials?|\.[^/]+)\//;

/** The script with such a name that lies least deep, and can be run. */
function scriptNamed(view: RepositoryView, name: RegExp): string | undefined {
  return view.files
    .filter((path) => name.test(path.split('/').at(-1) ?? '') && !aside.test(path))
    .filter((path) => /__name__\s*==\s*["']__main__["']/.test(view.read(path) ?? ''))
    .toSorted((a, b) => a.split('/').length - b.split('/').length)[0];
}

function ofScript(
  view: RepositoryView,
  path: string,
  dvc: DvcFound | null,
): Pick<StepProposal, 'why' | 'run' | 'data' | 'asComment'> {
  const tracked = dvc?.tracked ?? [];
  const { line, unknown } = scriptRun(view, path, tracked);
  const pulls = dvc?.remote !== undefined && tracked.length > 0;
  return {
    why: [
      `The script ${path}.`,
      ...(unknown === undefined ? [] : [`How to run it is yours to say: ${unknown}.`]),
    ],
    run: [line],
    ...(pulls ? { data: tracked } : {}),
    ...(unknown === undefined && (tracked.length === 0 || pulls) ? {} : { asComment: true }),
  };
}
