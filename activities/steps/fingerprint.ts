import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/canonical-json.ts';
import { fingerprintBasis, type StepFingerprint } from '../../core/fingerprint.ts';
import type { StepSpec } from '../../core/step.ts';
import type { RunStepInput } from '../contracts.ts';
import { readTrackedData } from '../data/tracked-data.ts';
import type { StepDeps } from './attempt.ts';
import { placedInputs } from './outputs.ts';
import { pythonRequestOf } from './python-request.ts';
import { secretIdentities } from './secret-identities.ts';
import { stepEnvironment } from './step-environment.ts';
import { stepFiles } from './step-files.ts';
import { stepTools } from './step-tools.ts';

/**
 * What the step depends on, told without running or checking out anything.
 * @throws LonghaulError as resolving the Python environment and reading what DVC tracks do
 */
export async function fingerprintOf(
  deps: Pick<StepDeps, 'workspace'>,
  input: RunStepInput,
  secrets: Readonly<Record<string, string>>,
): Promise<StepFingerprint> {
  const { run, step } = input;
  const { checkouts } = deps.workspace;
  const { patterns, named } = await stepFiles(deps.workspace, run, step);
  const env = environmentOf(input);
  const parts: Omit<StepFingerprint, 'digest'> = {
    project: run.project,
    step: step.name,
    run: run.id,
    commit: run.commit,
    files: await checkouts.list(run, patterns),
    inputs: step.inputs ?? null,
    named,
    commands: step.run,
    env: withoutRunsOwn(env, step),
    secrets: await secretIdentities(run.project, secrets),
    python: await pythonOf(deps, input),
    data: await dataOf(deps, input),
    needs: Object.fromEntries(
      placedInputs(input.inputs).map(({ path, kind, artifact }) => [path, `${kind} ${artifact.digest}`]),
    ),
    tools: await stepTools({
      commands: step.run,
      path: env['PATH'] ?? '',
      hasPython: step.requirements.length > 0,
    }),
    judgement: judgementOf(step),
  };
  const digest = createHash('sha256').update(fingerprintBasis(parts)).digest('hex');
  return { digest: `sha256:${digest}`, ...parts };
}

/** Stands for each folder that an attempt has for itself. */
const ownFolder = '(a folder of the attempt)';

/** The environment of the commands, as far as it is the same for every attempt; without secrets. */
function environmentOf({ step, run, inputs, extraEnv }: RunStepInput): Readonly<Record<string, string>> {
  const folders = {
    ...{ root: ownFolder, code: ownFolder, output: ownFolder, checkpoints: ownFolder },
    ...{ progress: ownFolder, home: ownFolder, temporary: ownFolder },
  };
  const input = { step, run, inputs, extraEnv };
  const seedsPytest = step.requirements.length > 0;
  return stepEnvironment({ input, folders, python: null, secrets: {}, mlflowTrackingUri: '', seedsPytest });
}

/** The commit and the run are left out on purpose: with them no result would ever be taken over. */
const runsOwn: readonly string[] = ['LONGHAUL_COMMIT', 'LONGHAUL_RUN_ID'];

const withoutRunsOwn = (
  env: Readonly<Record<string, string>>,
  step: StepSpec,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(env).filter(
      ([name, value]) =>
        value !== ownFolder && !runsOwn.includes(name) && (name !== 'PATH' || 'PATH' in step.env),
    ),
  );

async function pythonOf(
  { workspace }: Pick<StepDeps, 'workspace'>,
  { run, step }: RunStepInput,
): Promise<StepFingerprint['python']> {
  const request = pythonRequestOf(run, step);
  if (request === null) return null;
  const { digest, version, local } = await workspace.pythonEnvironments.lock(request);
  const install = [...new Set([...(step.install ?? []), ...local])];
  return { requirements: step.requirements, version, lock: digest, install };
}

async function dataOf(
  { workspace }: Pick<StepDeps, 'workspace'>,
  { run, step }: RunStepInput,
): Promise<Readonly<Record<string, string>>> {
  if (step.data.length === 0) return {};
  const tracked = await readTrackedData((path) => workspace.checkouts.read(run, path), step.data);
  return Object.fromEntries(
    tracked.map(({ path, md5, isFolder }) => [path, `md5:${md5}${isFolder ? '.dir' : ''}`]),
  );
}

/** What makes a pass a pass, and what is kept of it. */
const judgementOf = ({ reports, outputs, flaky, onOutOfMemory, gpu }: StepSpec): string =>
  canonicalJson({ reports, outputs, flaky, onOutOfMemory, gpu });
