import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/canonical-json.ts';
import { readTrackedData } from '../data/tracked-data.ts';
import type { RunStepInput } from '../contracts.ts';
import { pythonRequestOf } from '../steps/python-request.ts';
import { stepFiles } from '../steps/step-files.ts';
import type { Workspace } from '../workspace/index.ts';

/**
 * What a training's checkpoints rest on, as 64 hex digits: files of the commit, commands, variables, data, outputs of
 * other steps, requirements, and the interpreter and packages that they were resolved to. Limits of time, retries, memory
 * rungs and the MLflow run are not part of it: with other ones the training goes on. Nor are the values of secrets,
 * on purpose: credentials that live for an hour are others in each attempt, and are not what is learned.
 * @throws LonghaulError as resolving the Python environment does: without it nothing would be trained either
 */
export async function checkpointBasis(
  workspace: Pick<Workspace, 'checkouts' | 'pythonEnvironments'>,
  { run, step, inputs }: Pick<RunStepInput, 'run' | 'step' | 'inputs'>,
): Promise<string> {
  const { checkouts } = workspace;
  const data = await readTrackedData((path) => checkouts.read(run, path), step.data).catch(() => []);
  const { patterns } = await stepFiles(workspace, run, step);
  const basis = {
    step: step.name,
    files: await checkouts.list(run, patterns),
    commands: step.run,
    env: step.env,
    overlay: run.overlay,
    requirements: step.requirements,
    extras: step.extras,
    groups: step.groups,
    install: step.install,
    python: step.python,
    ...(await environmentOf(workspace, run, step)),
    data: [step.data, data.map(({ path, md5 }) => [path, md5])],
    needs: inputs.map(({ path, artifact }) => [path, artifact.digest]),
  };
  return createHash('sha256').update(canonicalJson(basis)).digest('hex');
}

/** Nothing for a step without Python. */
async function environmentOf(
  { pythonEnvironments }: Pick<Workspace, 'pythonEnvironments'>,
  run: RunStepInput['run'],
  step: RunStepInput['step'],
): Promise<{ readonly interpreter?: string; readonly lock?: string }> {
  const request = pythonRequestOf(run, step);
  if (request === null) return {};
  const { version, digest } = await pythonEnvironments.lock(request);
  return { interpreter: version, lock: digest };
}
