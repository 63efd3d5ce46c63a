import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/canonical-json.ts';
import { readTrackedData } from '../data/tracked-data.ts';
import type { RunStepInput } from '../contracts.ts';
import { stepFiles } from '../steps/step-files.ts';
import type { Workspace } from '../workspace/index.ts';

/**
 * What a training's checkpoints rest on, as 64 hex digits: files of the commit, commands, variables, requirements,
 * data, and outputs of other steps. Limits of time, retries, memory rungs and the MLflow run are not part of it: with
 * other ones the training goes on.
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
    data: [step.data, data.map(({ path, md5 }) => [path, md5])],
    needs: inputs.map(({ path, artifact }) => [path, artifact.digest]),
  };
  return createHash('sha256').update(canonicalJson(basis)).digest('hex');
}
