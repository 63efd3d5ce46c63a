import { stringify } from 'yaml';
import type { InitPlan } from './plan.ts';
import type { PythonPlan } from './python-plan.ts';
import type { StepProposal } from './step-proposal.ts';

/** The plan as the text of a longhaul.yaml, each part below a comment that says where it was taken from. */
export function writeYaml({ identity, python, inputs, steps, notes }: InitPlan): string {
  const { project, from, model } = identity;
  return [
    '# What Longhaul does with this repository, as `longhaul init` found it; it is yours to change.',
    '# All keys: docs/configuration.md of Longhaul. Check the file with: longhaul validate',
    'version: 1',
    `project: ${project} # ${from}`,
    ...(model === undefined ? [] : [`model: ${value(model)}`]),
    '',
    'python:',
    ...pythonLines(python).map(indent(1)),
    ...(Object.keys(python.env).length === 0 ? [] : ['env:', ...entries(python.env).map(indent(1))]),
    '',
    'ci:',
    ...(inputs === null
      ? []
      : [...inputs.why.map(comment), `inputs: ${value(inputs.patterns)}`].map(indent(1))),
    '  steps:',
    ...steps.flatMap((step, index) => [...(index === 0 ? [] : ['']), ...stepLines(step).map(indent(2))]),
    ...(notes.length === 0 ? [] : ['', '# Found, and left to you:', ...notes.map((note) => `# - ${note}`)]),
    '',
    '# A green commit can also be trained in full, registered, proven in staging and rolled out by a canary:',
    '# that is the part `release`. examples/flights/longhaul.yaml of Longhaul has one to start from.',
    '',
    '# What starts all this, unless you say otherwise under `triggers` (docs/triggers.md of Longhaul): pushes to main',
    '# and develop, pull requests to main, every night at 02:00 UTC, and changes of data.',
    '',
  ].join('\n');
}

/** Text of a file with requirements of the steps. */
export const writeRequirements = (lines: readonly string[]): string =>
  ['# What steps of longhaul.yaml need and the project does not declare.', ...lines, ''].join('\n');

function pythonLines(python: PythonPlan): readonly string[] {
  const { version, requirements, extras, groups, install, why } = python;
  return [
    ...why.map(comment),
    ...(version === undefined ? [] : [`version: "${version}"`]),
    `requirements: ${value(requirements)}`,
    ...(extras.length === 0 ? [] : [`extras: ${value(extras)}`]),
    ...(groups.length === 0 ? [] : [`groups: ${value(groups)}`]),
    ...(install.length === 0 ? [] : [`install: ${value(install)} # the project itself, as a package`]),
  ];
}

function stepLines(step: StepProposal): readonly string[] {
  const { name, why, needs = [], run, env = {}, requirements, install, data = [], outputs = [] } = step;
  const lines = [
    `${name}:`,
    ...[
      ...(needs.length === 0 ? [] : [`needs: ${value(needs)}`]),
      ...(requirements === undefined
        ? []
        : [`requirements: ${value(requirements)} # its tools alone, as they are run there`]),
      ...(install === undefined ? [] : [`install: ${value(install)} # it imports none of the code`]),
      ...(data.length === 0 ? [] : [`data: ${value(data)} # pulled by DVC, then verified file by file`]),
      ...(Object.keys(env).length === 0 ? [] : ['env:', ...entries(env).map(indent(1))]),
      ...(run.length === 1
        ? [`run: ${value(run[0])}`]
        : ['run:', ...run.map((line) => `  - ${value(line)}`)]),
      ...(step.junit === undefined ? [] : [`junit: ${step.junit}`]),
      ...(step.coverage === undefined
        ? []
        : [
            `coverage: { minimum: ${step.coverage.minimum} % }${step.coverage.minimum === 0 ? ' # of the lines; raise it to what you have' : ''}`,
          ]),
      ...(outputs.length === 0 ? [] : [`outputs: ${value(outputs)}`]),
      ...(step.timeout === undefined ? [] : [`timeout: ${step.timeout}`]),
    ].map(indent(1)),
  ];
  return [...why.map(comment), ...(step.asComment === true ? lines.map(comment) : lines)];
}

const comment = (line: string): string => `# ${line}`;
const indent =
  (depth: number) =>
  (line: string): string =>
    `${'  '.repeat(depth)}${line}`;

const entries = (table: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(table).map(([name, text]) => `${name}: ${value(text)}`);

/** A value on one line, quoted where YAML asks for it. */
const value = (given: unknown): string =>
  stringify(given, {
    lineWidth: 0,
    collectionStyle: 'flow',
    flowCollectionPadding: false,
    singleQuote: true,
  }).trimEnd();
