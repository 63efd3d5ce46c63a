import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { LonghaulError } from '../../core/errors.ts';
import type { ModelVersion } from '../../core/serving.ts';
import { anyAnswer, filterLiteral, nullOn } from './mlflow-http.ts';
import type { MlflowHttp } from './mlflow-http.ts';
import { loggedModelOf } from './mlflow-logged-models.ts';

const version = z.object({
  name: z.string(),
  version: z.string(),
  run_id: z.string().default(''),
  source: z.string().default(''),
  status: z.string(),
  status_message: z.string().default(''),
  tags: z.array(z.object({ key: z.string(), value: z.string().default('') })).default([]),
});
const versionAnswer = z.object({ model_version: version });
type RegisteredVersion = z.output<typeof version>;

/**
 * Registers the run's model as a version, once a run: a version of this run that exists, whoever registered it, is
 * taken. Should two calls register at the same moment, both keep the lower number and remove the other.
 */
export async function registerRun(
  http: MlflowHttp,
  input: { readonly model: string; readonly runId: string; readonly tags: Readonly<Record<string, string>> },
): Promise<ModelVersion> {
  const { model, runId } = input;
  const number = (await firstVersionOfRun(http, model, runId)) ?? (await createVersion(http, model, runId));
  await awaitReady(http, model, number);
  await setVersionTags(http, model, number, input.tags);
  return describeVersion(http, model, number);
}

async function createVersion(http: MlflowHttp, model: string, runId: string): Promise<string> {
  const logged = await loggedModelOf(http, runId);
  await nullOn('Conflict', http.send('POST', 'mlflow/registered-models/create', { name: model }, anyAnswer));
  const answer = await http.send(
    'POST',
    'mlflow/model-versions/create',
    {
      name: model,
      source: logged.source,
      run_id: runId,
      ...(logged.modelId === undefined ? {} : { model_id: logged.modelId }),
    },
    versionAnswer,
  );
  const created = answer.model_version.version;
  const kept = (await firstVersionOfRun(http, model, runId)) ?? created;
  if (kept !== created) {
    await http.send('DELETE', 'mlflow/model-versions/delete', { name: model, version: created }, anyAnswer);
  }
  return kept;
}

async function firstVersionOfRun(http: MlflowHttp, model: string, runId: string): Promise<string | null> {
  const filter = `run_id = ${filterLiteral(runId)} and name = ${filterLiteral(model)}`;
  const answer = await http.get(
    'mlflow/model-versions/search',
    { filter, max_results: '100' },
    z.object({ model_versions: z.array(version).default([]) }),
  );
  const [first] = answer.model_versions.sort((one, other) => Number(one.version) - Number(other.version));
  return first?.version ?? null;
}

/** MLflow's own store is ready at once; others copy the files first. */
async function awaitReady(http: MlflowHttp, model: string, number: string): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { status, status_message: message } = await getVersion(http, model, number);
    if (status === 'READY') return;
    if (status !== 'PENDING_REGISTRATION') {
      throw new LonghaulError('Rejected', `Version ${number} of ${model} is ${status} in MLflow. ${message}`);
    }
    if (Date.now() > deadline) {
      throw new LonghaulError('Unreachable', `Version ${number} of ${model} is not ready after a minute.`);
    }
    await pause(500);
  }
}

const getVersion = async (http: MlflowHttp, model: string, number: string): Promise<RegisteredVersion> =>
  (await http.get('mlflow/model-versions/get', { name: model, version: number }, versionAnswer))
    .model_version;

/** @throws LonghaulError NotFound */
export async function describeVersion(
  http: MlflowHttp,
  model: string,
  number: string,
): Promise<ModelVersion> {
  const found = await getVersion(http, model, number);
  return {
    model: found.name,
    version: found.version,
    runId: found.run_id,
    source: found.source,
    tags: Object.fromEntries(found.tags.map(({ key, value }) => [key, value])),
  };
}

export async function setVersionTags(
  http: MlflowHttp,
  model: string,
  number: string,
  tags: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [key, value] of Object.entries(tags)) {
    const body = { name: model, version: number, key, value };
    await http.send('POST', 'mlflow/model-versions/set-tag', body, anyAnswer);
  }
}
