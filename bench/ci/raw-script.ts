import type { CiPlan } from '../../core/ci.ts';
import { readySteps } from '../../core/graph.ts';
import type { StepSpec } from '../../core/step.ts';

/**
 * The CI run of a plan as one would write it without Longhaul: one clone, one environment, one pull of the data, then
 * each step's commands in order, stopping at the first that fails. It runs in an empty folder.
 */
export function rawScript(given: {
  readonly plan: CiPlan;
  readonly url: string;
  readonly commit: string;
  readonly uv: string;
}): string {
  const { plan, url, commit, uv } = given;
  const steps = inOrder(plan);
  const requirements = unique(steps.flatMap((step) => step.requirements));
  const data = unique(steps.flatMap((step) => step.data));
  return [
    'set -euo pipefail',
    'here=$PWD',
    'mkdir home tmp',
    `git clone --quiet ${quoted(url)} code`,
    'cd code',
    `git checkout --quiet ${commit}`,
    ...(requirements.length === 0
      ? []
      : [
          `${quoted(uv)} venv --quiet "$here/python"`,
          [
            `${quoted(uv)} pip install --quiet --python "$here/python/bin/python"`,
            ...requirements.map((file) => `--requirement ${quoted(file)}`),
          ].join(' '),
          'export PATH="$here/python/bin:$PATH" VIRTUAL_ENV="$here/python"',
        ]),
    'export HOME="$here/home" TMPDIR="$here/tmp" LANG=C.UTF-8 PYTHONUNBUFFERED=1 PYTHONHASHSEED=42',
    ...exports(plan.overlay),
    ...(data.length === 0 ? [] : [`dvc pull --quiet ${data.map(quoted).join(' ')}`]),
    ...steps.flatMap(stepLines),
    '',
  ].join('\n');
}

const stepLines = ({ name, env, run }: StepSpec): readonly string[] => [
  '',
  `echo ${quoted(`== ${name}`)}`,
  `mkdir -p "$here/output/${name}"`,
  '(',
  `export LONGHAUL_OUTPUT_DIR="$here/output/${name}"`,
  ...exports(env),
  ...run,
  ')',
];

const exports = (values: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(values).map(([name, value]) => `export ${name}=${quoted(value)}`);

/** Each step after all that it needs. */
function inOrder({ steps }: CiPlan): readonly StepSpec[] {
  const ended = new Map<string, { readonly status: 'passed' }>();
  const ordered: StepSpec[] = [];
  for (;;) {
    const [next] = readySteps({ steps }, ended);
    if (next === undefined) return ordered;
    ordered.push(next);
    ended.set(next.name, { status: 'passed' });
  }
}

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)];

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
