import { z } from 'zod';
import { LonghaulError } from '../../core/errors.ts';
import { jsonOrNull } from '../json.ts';
import type { MlflowHttp } from './mlflow-http.ts';
import { getRun } from './mlflow-runs.ts';
import type { Run } from './mlflow-runs.ts';

/** What a model version is made from. `modelId` is absent for models that MLflow 2 clients logged. */
export interface LoggedModel {
  readonly source: string;
  readonly modelId?: string;
}

/**
 * The model that the run logged; of several, the one with the largest step, then the newest.
 * @throws LonghaulError NotFound if there is none whose upload is complete
 */
export async function loggedModelOf(http: MlflowHttp, runId: string): Promise<LoggedModel> {
  const run = await getRun(http, runId);
  const model = (await newestModelOutput(http, run)) ?? newestRunArtifact(run);
  if (model !== null) return model;
  throw new LonghaulError('NotFound', `The run ${runId} logged no complete model to ${http.trackingUri}.`, {
    mend: 'The training has to log its model with MLflow (such as mlflow.sklearn.log_model) into the run that MLFLOW_RUN_ID names.',
  });
}

const modelAnswer = z.object({
  model: z.object({
    info: z.object({
      model_id: z.string(),
      status: z.string(),
      creation_timestamp_ms: z.number().default(0),
    }),
  }),
});

async function newestModelOutput(http: MlflowHttp, run: Run): Promise<LoggedModel | null> {
  const models = await Promise.all(
    run.outputs.model_outputs.map(async ({ model_id: id, step }) => {
      const answer = await http.get(`mlflow/logged-models/${encodeURIComponent(id)}`, {}, modelAnswer);
      const { status, creation_timestamp_ms: created } = answer.model.info;
      return { id, step, created, ready: status === 'LOGGED_MODEL_READY' };
    }),
  );
  const [newest] = models
    .filter((model) => model.ready)
    .sort((one, other) => other.step - one.step || other.created - one.created);
  return newest === undefined ? null : { source: `models:/${newest.id}`, modelId: newest.id };
}

const HISTORY_TAG = 'mlflow.log-model.history';
const history = z.array(z.object({ artifact_path: z.string(), utc_time_created: z.string().default('') }));

/** MLflow 2 clients put the model among the run's artifacts and tell so in a tag. */
function newestRunArtifact(run: Run): LoggedModel | null {
  const told = run.data.tags.find(({ key }) => key === HISTORY_TAG);
  if (told === undefined) return null;
  const models = history.catch([]).parse(jsonOrNull(told.value));
  const [newest] = models.sort((one, other) => other.utc_time_created.localeCompare(one.utc_time_created));
  return newest === undefined ? null : { source: `${run.info.artifact_uri}/${newest.artifact_path}` };
}
