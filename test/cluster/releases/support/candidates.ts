import { createMlflowRegistry } from '../../../../activities/registry/index.ts';
import type { StartedMlflow } from '../../../servers/mlflow.ts';
import { passed } from '../../../workflow/world.ts';
import type { World } from '../../../workflow/world.ts';

/** A model that MLflow has whole, to be the one of a release. */
export interface LoggedModel {
  readonly modelId: string;
}

/** Logs a small model once; the trainings of all releases leave the same one. */
export async function logSmallModel(registry: StartedMlflow): Promise<LoggedModel> {
  const { run } = (await registry.post('runs/create', { experiment_id: '0' })) as {
    readonly run: { readonly info: { readonly run_id: string } };
  };
  const runId = run.info.run_id;
  await registry.logModels([{ runId, name: 'model', step: 1, metrics: {} }]);
  return modelOf(registry, runId);
}

/** The model that a run has logged. */
async function modelOf(registry: StartedMlflow, runId: string): Promise<LoggedModel> {
  const answer = await fetch(`${registry.trackingUri}/api/2.0/mlflow/runs/get?run_id=${runId}`);
  const { run } = (await answer.json()) as {
    readonly run: { readonly outputs: { readonly model_outputs: readonly { readonly model_id: string }[] } };
  };
  const [output] = run.outputs.model_outputs;
  if (output === undefined) throw new Error(`The run ${runId} has logged no model.`);
  return { modelId: output.model_id };
}

/** The model that a registered version is made from. */
export async function modelOfVersion(
  registry: StartedMlflow,
  name: string,
  version: string,
): Promise<LoggedModel> {
  const { runId } = await createMlflowRegistry(registry).describe(name, version);
  return modelOf(registry, runId);
}

/** From now on a training in this world leaves that model in its run, as one that trained it would. */
export function trainingLeaves(world: World, registry: StartedMlflow, { modelId }: LoggedModel): void {
  world.stepOutcomes.set('train', async ({ extraEnv }) => {
    const models = [{ model_id: modelId, step: 1 }];
    await registry.post('runs/outputs', { run_id: extraEnv['MLFLOW_RUN_ID'], models });
    return passed('train');
  });
}
