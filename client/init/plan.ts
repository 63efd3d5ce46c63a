import { findConda } from './conda.ts';
import { detectInputs } from './detect-inputs.ts';
import type { InputsFound } from './detect-inputs.ts';
import { detectLint } from './detect-lint.ts';
import { detectDataChecks, detectTraining } from './detect-pipeline.ts';
import { detectTests } from './detect-tests.ts';
import { findDvc } from './dvc.ts';
import type { DvcFound } from './dvc.ts';
import { installsOf } from './installs.ts';
import { knownWork } from './known-commands.ts';
import type { KnownWork } from './known-commands.ts';
import { findMlproject } from './mlproject.ts';
import { readPackaging } from './packaging.ts';
import { planPython } from './python-plan.ts';
import type { PythonPlan } from './python-plan.ts';
import type { RepositoryView } from './repository-view.ts';
import { packageName } from './requirement-names.ts';
import type { Proposal, StepProposal } from './step-proposal.ts';
import { surroundings } from './surroundings.ts';

/** Who the project is: from its remote, or as a person said. */
export interface Identity {
  readonly project: string;
  /** Where `project` was taken from, for the file's reader. */
  readonly from: string;
  /** Absent: the repository's name. */
  readonly model?: string;
}

/** All that `longhaul init` writes, and what it tells. */
export interface InitPlan {
  readonly identity: Identity;
  readonly python: PythonPlan;
  readonly inputs: InputsFound | null;
  readonly steps: readonly StepProposal[];
  /** Further files that are written: their lines by name. */
  readonly requirements: Readonly<Record<string, readonly string[]>>;
  /** What is there and taken up by no step. */
  readonly notes: readonly string[];
}

/** Requirements that the project lacks, and those of checks that run without it: written beside longhaul.yaml. */
export const ownRequirements = 'requirements-longhaul.txt';
export const lintRequirements = 'requirements-longhaul-lint.txt';

/**
 * What the repository's files come to. Nothing is run and nothing is asked.
 * @param here versions of Python that this machine has (`3.11`), its own first
 */
export function planProject(view: RepositoryView, identity: Identity, here: readonly string[]): InitPlan {
  const seen = withoutOwnFiles(view);
  const work = knownWork(seen);
  const tests = detectTests(seen, work);
  const lint = withoutProject(detectLint(seen, work), work);
  const dvc = findDvc(seen);
  const mlproject = findMlproject(seen);
  const packaging = readPackaging(seen);
  const pipeline = withNeeds(
    detectDataChecks(seen, dvc),
    detectTraining(seen, dvc, mlproject),
    tests.steps.map(({ name }) => name),
  );
  const steps = withUniqueNames([...lint.steps, ...tests.steps, ...pipeline]);
  const jobs = [...tests.jobs, ...(lint.alone === undefined ? lint.jobs : [])];
  const pulls = steps.some(({ data = [], asComment }) => data.length > 0 && asComment !== true);
  const python = planPython({
    view: seen,
    packaging,
    installs: installsOf(work, jobs),
    conda: findConda(seen, mlproject?.condaFile),
    needed: [
      ...tests.packages,
      ...(lint.alone === undefined ? lint.packages : []),
      ...(pulls && dvc !== null ? [dvc.package] : []),
    ],
    tested: testedPythons(work, jobs),
    here,
    ownFile: ownRequirements,
  });
  return {
    identity,
    python,
    inputs: detectInputs(seen, packaging),
    requirements: {
      ...(python.added.length === 0 ? {} : { [ownRequirements]: python.added }),
      ...(lint.alone === undefined ? {} : { [lintRequirements]: lint.alone }),
    },
    steps: steps.some(({ asComment }) => asComment !== true) ? steps : [...steps, compiles],
    notes: [
      ...dvcNotes(dvc),
      ...(mlproject?.others ?? []).map((name) => `MLproject: the entry point ${name} is not taken over.`),
      ...surroundings(seen),
    ],
  };
}

/** What an earlier init wrote says nothing about the project. */
const withoutOwnFiles = ({ files, read }: RepositoryView): RepositoryView => ({
  files: files.filter((path) => !ownFiles.includes(path)),
  read: (path) => (ownFiles.includes(path) ? null : read(path)),
});

const ownFiles: readonly string[] = ['longhaul.yaml', ownRequirements, lintRequirements];

/** Where nothing was found to run, at least every file has to be Python. */
const compiles: StepProposal = {
  name: 'compiles',
  why: [
    'Nothing was found that tests this project; this finds errors of syntax. Put your own commands here.',
  ],
  run: ['python -m compileall -q .'],
};

/**
 * Checks that the project's automation runs in an environment of their tools alone are run so here: with the project's
 * packages beside them, mypy for one would say something else. `alone`: the lines of their requirements.
 */
function withoutProject(lint: Proposal, work: KnownWork): Proposal & { readonly alone?: readonly string[] } {
  const automated = new Set([
    ...work.jobs.map(({ name }) => name),
    ...work.commands.filter(({ from }) => from === 'tox.ini').map(({ job }) => job),
  ]);
  const hidden = work.jobs.some(
    ({ name, actions }) => lint.jobs.includes(name) && actions.some(({ uses }) => uses.startsWith('./')),
  );
  const installs = installsOf(work, lint.jobs);
  const isAlone =
    !installs.self &&
    installs.requirementFiles.length + installs.extras.length + installs.groups.length === 0;
  if (lint.jobs.length === 0 || hidden || !isAlone || !lint.jobs.every((job) => automated.has(job)))
    return lint;
  const named = new Set(installs.packages.map(packageName));
  return {
    ...lint,
    steps: lint.steps.map((step) => ({ ...step, requirements: [lintRequirements], install: [] })),
    alone: [...installs.packages, ...lint.packages.filter((each) => !named.has(packageName(each)))],
  };
}

/** Training waits for the tests and the data's check, where these are active. */
function withNeeds(
  checks: readonly StepProposal[],
  training: readonly StepProposal[],
  tests: readonly string[],
): readonly StepProposal[] {
  const before = [...tests, ...checks.filter(({ asComment }) => asComment !== true).map(({ name }) => name)];
  return [
    ...checks,
    ...training.map((step) => ((step.needs ?? []).length > 0 ? step : { ...step, needs: before })),
  ];
}

function withUniqueNames(steps: readonly StepProposal[]): readonly StepProposal[] {
  return steps.filter((step, index) => steps.findIndex(({ name }) => name === step.name) === index);
}

/** Versions of Python that the project's automation, or its file of conda, names. */
export function namedPythons(view: RepositoryView): readonly string[] {
  const { jobs } = knownWork(view);
  const conda = findConda(view, findMlproject(view)?.condaFile)?.python;
  return [...new Set([...jobs.flatMap(({ pythons }) => pythons), ...(conda === undefined ? [] : [conda])])];
}

const testedPythons = ({ jobs }: KnownWork, names: readonly string[]): readonly string[] => [
  ...new Set(jobs.filter(({ name }) => names.includes(name)).flatMap(({ pythons }) => pythons)),
];

function dvcNotes(dvc: DvcFound | null): readonly string[] {
  if (dvc === null) return [];
  const { remote, tracked, skipped } = dvc;
  return [
    ...(tracked.length === 0
      ? []
      : [
          `DVC tracks ${tracked.join(', ')}; a step that reads it names it as \`data\`${remote === undefined ? ', once .dvc/config has a default remote' : ` (remote ${remote.replace(/\/\/[^/@]*@/, '//')})`}.`,
        ]),
    ...(/^(s3|gs|azure|gdrive|ssh|webdavs?|hdfs|oss):/.test(remote ?? '')
      ? [
          'The remote needs credentials: name them as `secrets` of the steps with data, once the operator’s file has them.',
        ]
      : []),
    ...skipped.map((name) => `dvc.yaml: the stage ${name} stands for several and is not taken over.`),
  ];
}
